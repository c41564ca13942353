import type { EndingSignal, Host } from './host.js'

/** What may end a run from outside: Ctrl-C, SIGTERM, or a reader of stdout that went away. */
export interface Interruption extends Disposable {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal
  /** Forgets a Ctrl-C, so that the next one is the first again. A termination stays. */
  rearm(): void
  /** Exit code that says what ended the run: 128 plus the signal's number; 0 when the reader had enough, or for nothing. */
  readonly exitCode: number
  /** Whether nobody reads stdout any more, as after `| head`. */
  readonly readerGone: boolean
}

const exitCodes: Readonly<Record<EndingSignal, number>> = { SIGINT: 130, SIGTERM: 143 }

/**
 * Listens until disposed: the first signal aborts, which lets the run end with its statistics. The second ends the
 * process as if nobody had listened: `process.exit` would wait for the evaluation that is under way.
 */
export function listenForInterruption(host: Host): Interruption {
  let controller = new AbortController()
  let exitCode = 0
  let readerGone = false
  const listeners = (['SIGINT', 'SIGTERM'] as const).map((name) => ({
    name,
    listener: () => {
      if (controller.signal.aborted) return endAtOnce(name)
      exitCode = exitCodes[name]
      controller.abort()
    },
  }))
  const stopListening = () => {
    for (const { name, listener } of listeners) host.off(name, listener)
  }
  const endAtOnce = (name: EndingSignal) => {
    stopListening()
    host.kill(host.pid, name)
  }
  const onOutputError = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    readerGone = true
    controller.abort()
  }
  for (const { name, listener } of listeners) host.on(name, listener)
  host.stdout.on('error', onOutputError)
  return {
    get signal() {
      return controller.signal
    },
    rearm() {
      if (exitCode !== exitCodes.SIGINT) return
      controller = new AbortController()
      exitCode = 0
    },
    get exitCode() {
      return exitCode
    },
    get readerGone() {
      return readerGone
    },
    [Symbol.dispose]() {
      stopListening()
      host.stdout.off('error', onOutputError)
    },
  }
}
