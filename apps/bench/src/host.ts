import type { Writable } from 'node:stream'

/** What a command sees of its process. `process` fits; a test hands in its own. */
export interface Host {
  /** The result and nothing else. */
  readonly stdout: OutputStream
  /** Progress and errors. */
  readonly stderr: OutputStream
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
}

/** A stream that text is written to; a terminal where `isTTY` is true. */
export interface OutputStream extends Writable {
  readonly isTTY?: boolean
  readonly columns?: number
}

/** Runs `work` with a signal that Ctrl-C and SIGTERM abort. */
export async function interruptible<Result>(
  host: Host,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController()
  const abort = (): void => controller.abort()
  host.on('SIGINT', abort)
  host.on('SIGTERM', abort)
  try {
    return await work(controller.signal)
  } finally {
    host.off('SIGINT', abort)
    host.off('SIGTERM', abort)
  }
}
