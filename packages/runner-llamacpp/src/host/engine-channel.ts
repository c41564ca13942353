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
  let waiting: FromEngine[] = []
  const leaveIfDone = () => {
    // llama.cpp's libraries keep threads of their own.
    if (leaving && sending === 0 && waiting.length === 0) setImmediate(() => process.exit())
  }
  const sendWaiting = () => {
    const messages = waiting
    waiting = []
    // A host that is gone wants nothing more.
    if (!process.connected) return leaveIfDone()
    sending++
    process.send?.(messages, undefined, undefined, () => {
      sending--
      leaveIfDone()
    })
  }
  return {
    send(message) {
      // Steps of texts that share a batch come at once, and a write takes longer than what is written.
      if (waiting.push(message) === 1) setImmediate(sendWaiting)
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
