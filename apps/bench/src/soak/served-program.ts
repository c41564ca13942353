import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { SpeculationError } from '@foretoken/contract'

/** A `foretoken serve` that runs until it is disposed of. */
export interface ServedProgram extends AsyncDisposable {
  readonly url: string
  readonly pid: number
  readonly model: string
}

/** Left alone, Node.js lets garbage grow for minutes; in a small heap only what is kept can grow. */
const smallHeap = ['--max-old-space-size=128', '--max-semi-space-size=4']

/** Starts the built `foretoken serve` on a free port. */
export async function servedProgram(args: readonly string[]): Promise<ServedProgram> {
  const program = fileURLToPath(new URL('../../orchestrator/dist/cli.js', import.meta.url))
  const child = spawn(process.execPath, [...smallHeap, program, 'serve', ...args, '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let words = ''
  child.stderr.on('data', (chunk) => {
    words = `${words}${chunk}`.slice(-2_000)
  })
  const line = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>
  const over = once(child, 'exit')
  const first = await Promise.race([line, over.then(() => undefined)])
  if (first === undefined) throw new SpeculationError('ERR_ENGINE_LOST', `foretoken serve ended: ${words.trim()}`)
  const { url, models, pid } = JSON.parse(first[0]) as { url: string; models: string[]; pid: number }
  return { url, pid, model: models[0] ?? '', [Symbol.asyncDispose]: () => ended(child, over) }
}

async function ended(child: ChildProcess, over: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await over
}
