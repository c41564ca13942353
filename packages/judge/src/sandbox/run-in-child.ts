import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { SpeculationError } from '@foretoken/contract'
import type { SandboxReport } from '../sandbox-port.js'
import type { ChildMessage, ChildProgram } from './child.js'
import { endChild } from './start-child.js'

/** The most that a child may say on its report's pipe, and to the standard error. */
const maxReportBytes = 1_000_000

/**
 * Waits until a child is ready, has it run a program, and ends it, whatever happens. The clock of the program starts when
 * the child is ready; a start that takes more than `startMs` is `ERR_ENGINE_LOST`.
 */
export async function runInChild(child: ChildProcess, program: ChildProgram, startMs: number): Promise<SandboxReport> {
  const errors = bounded(child.stderr)
  const messages = linesOf(child)
  try {
    const ready = await within(startMs, messages.next())
    if (ready === undefined || ready.done || !('ready' in ready.value)) {
      const why =
        ready === undefined ? `did not start within ${startMs} ms` : `ended at its start: ${errors.text.slice(-500)}`
      throw new SpeculationError('ERR_ENGINE_LOST', `the sandbox ${why}`)
    }
    const start = performance.now()
    child.stdin?.on('error', () => {})
    child.stdin?.end(JSON.stringify(program))
    const result = await within(program.timeoutMs, messages.next())
    const milliseconds = Math.round(performance.now() - start)
    if (result === undefined) {
      return { outcome: 'timeout', message: `it took more than ${program.timeoutMs} ms`, output: '', milliseconds }
    }
    if (result.done || !('outcome' in result.value)) {
      const outcome = /heap out of memory|no more memory/.test(errors.text) ? 'memory' : 'crashed'
      return { outcome, message: errors.text.slice(0, 2_000), output: '', milliseconds }
    }
    const { outcome, message, output } = result.value
    return { outcome, message: message.slice(0, 2_000), output: output.slice(0, 10_000), milliseconds }
  } finally {
    endChild(child)
  }
}

/** What a child writes to its standard output until it ends; `ERR_ENGINE_LOST` when it fails or writes too much. */
export async function bytesOfChild(child: ChildProcess, maxBytes: number, limitMs: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  child.stdout?.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > maxBytes) endChild(child)
    else chunks.push(chunk)
  })
  const errors = bounded(child.stderr)
  try {
    const ended = await within(limitMs, once(child, 'close'))
    if (ended !== undefined && ended[0] === 0) return Buffer.concat(chunks)
    throw new SpeculationError('ERR_ENGINE_LOST', `the sandbox did not start: ${errors.text.slice(-500)}`)
  } finally {
    endChild(child)
  }
}

async function* linesOf(child: ChildProcess): AsyncGenerator<ChildMessage, undefined> {
  let text = ''
  for await (const chunk of child.stdio[3] as Readable) {
    text += String(chunk)
    if (text.length > maxReportBytes) return
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n')) {
      yield JSON.parse(text.slice(0, end)) as ChildMessage
      text = text.slice(end + 1)
    }
  }
}

function bounded(stream: Readable | null): { text: string } {
  const kept = { text: '' }
  stream?.on('data', (chunk: Buffer) => {
    kept.text = `${kept.text}${chunk.toString('utf8')}`.slice(-4_000)
  })
  return kept
}

/** What a promise brings, or `undefined` when it takes too long. */
async function within<Value>(limitMs: number, promise: Promise<Value>): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, limitMs, undefined)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
