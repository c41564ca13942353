import { SpeculationError } from '@foretoken/contract'
import type { FromEngine, ToEngine } from './host-protocol.js'

/** An engine process's end of the pipe. */
export interface EngineChannel {
  send(message: FromEngine): void
  /** `gone`: nobody is at the other end any more. */
  listen(listener: { message(message: ToEngine): void; gone(): void }): void
  /** Ends this end when all is sent, and with it the process. */
  leave(): void
}

/** The pipe to the process that started this one with `fork`. */
export function parentChannel(): EngineChannel {
  if (process.send === undefined) {
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      'an engine is served to a host: start this module with startEngineHost',
    )
  }
  let sending = 0
  let leaving = false
  const leaveIfDone = () => {
    // llama.cpp's libraries keep threads of their own.
    if (leaving && sending === 0) setImmediate(() => process.exit())
  }
  return {
    send(message) {
      // A host that is gone wants nothing more.
      if (!process.connected) return
      sending++
      process.send?.(message, undefined, undefined, () => {
        sending--
        leaveIfDone()
      })
    },
    listen({ message, gone }) {
      process.on('message', (received) => message(received as ToEngine))
      process.on('disconnect', gone)
    },
    leave() {
      leaving = true
      leaveIfDone()
    },
  }
}
