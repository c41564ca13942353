import type { Readable, Writable } from 'node:stream'

/** A stream that text is written to; a terminal where `isTTY` is true. */
export interface OutputStream extends Writable {
  readonly isTTY?: boolean
  readonly columns?: number
}

/** What a command sees of its process. `process` fits; a test or another program hands in its own. */
export interface Host {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  /** The text, or the JSON object, and nothing else. */
  readonly stdout: OutputStream
  /** Progress, the closing line and errors. */
  readonly stderr: OutputStream
  readonly env: Environment
  on(signal: EndingSignal, listener: () => void): unknown
  off(signal: EndingSignal, listener: () => void): unknown
  readonly pid: number
  /** Sends the process a signal; called only for the second one, when nobody listens any more. */
  kill(pid: number, signal: EndingSignal): unknown
}

/** The environment variables that change what is shown, and those that hold keys of servers. */
export interface Environment {
  readonly [variable: string]: string | undefined
  /** Not empty: no colours (no-color.org). */
  readonly NO_COLOR?: string | undefined
  /** Colours also where the stream is no terminal; `0` or `false` switches them off (force-color.org). */
  readonly FORCE_COLOR?: string | undefined
  readonly TERM?: string | undefined
  /** `1` shows the stack trace of an error. */
  readonly FORETOKEN_DEBUG?: string | undefined
}

/** The signals that end a run. */
export type EndingSignal = 'SIGINT' | 'SIGTERM'
