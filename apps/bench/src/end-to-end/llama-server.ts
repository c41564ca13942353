import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { SpeculationError, type Tokens } from '@foretoken/contract'
import { type Completion, parseCompletion } from './completion.js'

/** How {@link startLlamaServer} starts one. */
export interface LlamaServerOptions {
  /** Path of `llama-server`. */
  readonly path: string
  readonly model: string
  /** More of its arguments, such as `--spec-type`. */
  readonly args?: readonly string[]
  readonly threads: number
  readonly contextTokens: number
  readonly signal?: AbortSignal
}

/** A `llama-server` of this process, on a free port of the loopback interface; disposal ends it. */
export interface LlamaServer extends AsyncDisposable {
  readonly url: string
  /** The greedy continuation of a prompt, evaluated afresh. */
  complete(prompt: Tokens, maxTokens: number, signal?: AbortSignal): Promise<Completion>
}

const startMs = 60_000
const keptLines = 20

/** Starts a server and waits until its model is loaded. Throws `ERR_ENGINE_LOST` with its last words. */
export async function startLlamaServer(options: LlamaServerOptions): Promise<LlamaServer> {
  const { path, model, args = [], threads, contextTokens, signal } = options
  const fixed = ['--host', '127.0.0.1', '--port', '0', '--parallel', '1', '--offline', '--no-ui', '--log-colors', 'off']
  const sizes = ['--model', model, '--threads', `${threads}`, '--ctx-size', `${contextTokens}`]
  const child = spawn(path, [...fixed, ...sizes, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const remove = (): void => void child.kill('SIGKILL')
  process.once('exit', remove)
  const close = async (): Promise<void> => {
    process.off('exit', remove)
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  }
  try {
    const url = await address(child, signal)
    await healthy(url, child, signal)
    const complete: LlamaServer['complete'] = (prompt, maxTokens, stop) => completeAt(url, { prompt, maxTokens, stop })
    return { url, complete, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Reads where the server listens from its log, which is read on to its end: a full pipe would stop the server. */
function address(child: ChildProcess, signal: AbortSignal | undefined): Promise<string> {
  const lines: string[] = []
  return new Promise((resolve, reject) => {
    const fail = (why: string): void =>
      reject(new SpeculationError('ERR_ENGINE_LOST', `llama-server ${why}: ${lines.join('\n')}`))
    const timer = setTimeout(() => fail('does not listen'), startMs).unref()
    const stop = (): void => reject(new SpeculationError('ERR_ABORTED', 'the start of llama-server was cancelled'))
    signal?.addEventListener('abort', stop, { once: true })
    const settle = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
    }
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line)
        if (lines.length > keptLines) lines.shift()
        const url = /listening on (http:\/\/\S+)/.exec(line)?.[1]
        if (url === undefined) return
        settle()
        resolve(url)
      })
    }
    child.once('error', (error) => fail(`does not start (${error.message})`))
    child.once('close', (code, killer) => {
      settle()
      fail(`ended with ${code ?? killer}`)
    })
  })
}

async function healthy(url: string, child: ChildProcess, signal: AbortSignal | undefined): Promise<void> {
  const endMs = performance.now() + startMs
  while (performance.now() < endMs && child.exitCode === null) {
    signal?.throwIfAborted()
    const answer = await fetch(`${url}/health`, signal && { signal })
    await answer.body?.cancel()
    if (answer.status === 200) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new SpeculationError('ERR_ENGINE_LOST', 'llama-server did not load the model')
}

async function completeAt(
  url: string,
  { prompt, maxTokens, stop }: { prompt: Tokens; maxTokens: number; stop: AbortSignal | undefined },
): Promise<Completion> {
  const startedMs = performance.now()
  const answer = await fetch(`${url}/completion`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      prompt: [...prompt],
      n_predict: maxTokens,
      temperature: 0,
      cache_prompt: false,
      return_tokens: true,
    }),
    ...(stop && { signal: stop }),
  })
  const text = await answer.text()
  const wallMs = performance.now() - startedMs
  if (answer.ok) return parseCompletion(text, wallMs)
  throw new SpeculationError('ERR_ENGINE_LOST', `llama-server answered ${answer.status}: ${text.slice(0, 500)}`)
}
