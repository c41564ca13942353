import { EventEmitter } from 'node:events'
import { PassThrough, Readable, Writable } from 'node:stream'
import type { EndingSignal, Environment, Host, OutputStream } from '../src/index.js'

export interface MemoryHostOptions {
  /** What is piped in; a terminal with nobody at it when absent. */
  readonly piped?: string
  /** Whether stdout and stderr are terminals. */
  readonly terminal?: boolean
  readonly env?: Environment
}

/** A process made of strings. */
export interface MemoryHost extends Host {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly written: { readonly stdout: string; readonly stderr: string }
  /** Signals sent to the process while nobody listened: each would have ended it. */
  readonly ended: readonly EndingSignal[]
  signal(name: EndingSignal): void
  listeners(name: EndingSignal): number
}

export function memoryHost({ piped, terminal = false, env = {} }: MemoryHostOptions = {}): MemoryHost {
  const signals = new EventEmitter()
  const written = { stdout: '', stderr: '' }
  const ended: EndingSignal[] = []
  const stdin = piped === undefined ? Object.assign(new PassThrough(), { isTTY: true }) : Readable.from([piped])
  return {
    stdin,
    stdout: collector(terminal, (text) => {
      written.stdout += text
    }),
    stderr: collector(terminal, (text) => {
      written.stderr += text
    }),
    env,
    written,
    ended,
    pid: 1,
    on: (name, listener) => signals.on(name, listener),
    off: (name, listener) => signals.off(name, listener),
    kill: (_pid, name) => signals.emit(name) || ended.push(name),
    signal: (name) => void signals.emit(name),
    listeners: (name) => signals.listenerCount(name),
  }
}

function collector(isTTY: boolean, write: (text: string) => void): OutputStream {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      write(String(chunk))
      done()
    },
  })
  return Object.assign(stream, { isTTY, columns: 80 })
}
