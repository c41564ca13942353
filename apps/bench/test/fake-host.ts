import { EventEmitter } from 'node:events'
import { Writable } from 'node:stream'
import type { Host, OutputStream } from '../src/host.js'

/** A process whose output is kept as text, and that a test can interrupt. */
export interface FakeHost extends Host {
  readonly output: () => string
  readonly errors: () => string
  interrupt(): void
}

export function fakeHost(options: { readonly isTTY?: boolean; readonly columns?: number } = {}): FakeHost {
  const signals = new EventEmitter()
  const stdout = keptStream()
  const stderr = Object.assign(keptStream(), options)
  return {
    stdout,
    stderr,
    on: (signal, listener) => signals.on(signal, listener),
    off: (signal, listener) => signals.off(signal, listener),
    output: () => stdout.text(),
    errors: () => stderr.text(),
    interrupt: () => signals.emit('SIGINT'),
  }
}

function keptStream(): OutputStream & { readonly text: () => string } {
  let text = ''
  const stream = new Writable({
    write(chunk, _, done) {
      text += String(chunk)
      done()
    },
  })
  return Object.assign(stream, { text: () => text })
}
