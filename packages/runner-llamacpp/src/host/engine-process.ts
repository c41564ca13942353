import { fork } from 'node:child_process'
import type { FromEngine, ToEngine } from './host-protocol.js'

/** How an engine process ended. */
export interface EngineDeath {
  readonly exitCode: number | null
  readonly signal: string | null
  /** What it said last that looks like a reason; empty where it said nothing. */
  readonly words: string
}

/** A running engine process, as the host sees it. */
export interface EngineProcess {
  readonly pid: number | undefined
  send(message: ToEngine): void
  kill(): void
  /** Never rejects. */
  readonly ended: Promise<EngineDeath>
}

/** Starts an engine process; tests put one in memory in its place. */
export type StartProcess = (listener: (message: FromEngine) => void) => EngineProcess

const keptCharacters = 16_384

/** Starts engine processes that run a worker module. */
export function forkedProcess(worker: string, environment: Readonly<Record<string, string>>): StartProcess {
  return (listener) => {
    const child = fork(worker, [], {
      // Typed arrays cross the pipe as they are.
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
      env: { ...process.env, ...environment },
    })
    let said = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-keptCharacters)
    })
    child.on('message', (messages) => {
      for (const message of messages as readonly FromEngine[]) listener(message)
    })
    const ended = new Promise<EngineDeath>((resolve) => {
      child.on('error', (error) => resolve({ exitCode: null, signal: null, words: error.message }))
      // Not `exit`: by then the pipes may still hold messages and words.
      child.on('close', (exitCode, signal) => resolve({ exitCode, signal, words: reasonIn(said) }))
    })
    return {
      pid: child.pid,
      send: (message) => {
        // A process that died meanwhile says so by its end.
        if (child.connected) child.send(message, undefined, undefined, () => {})
      },
      kill: () => child.kill('SIGKILL'),
      ended,
    }
  }
}

/** The line that most looks like the reason of an end: llama.cpp's assertion, an error, or the last line. */
export function reasonIn(said: string): string {
  const lines = said.split('\n').flatMap((line) => line.trim() || [])
  const found =
    lines.find((line) => /GGML_ASSERT|GGML_ABORT/.test(line)) ??
    lines.find((line) => /error|terminate called|out of memory/i.test(line)) ??
    lines.at(-1)
  // The path is that of the machine which compiled it.
  return found?.replace(/^\S*\/(?=[^\s/]+:\d+: )/, '').slice(0, 500) ?? ''
}

/** How an engine ended, in a sentence's part. */
export function deathIn({ exitCode, signal, words }: EngineDeath): string {
  const how = signal === null ? `ended with exit code ${exitCode ?? 'unknown'}` : `was ended by ${signal}`
  return words === '' ? how : `${how} (${words})`
}
