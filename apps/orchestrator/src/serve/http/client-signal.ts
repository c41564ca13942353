import type { IncomingMessage, ServerResponse } from 'node:http'
import { SpeculationError } from '@foretoken/contract'
import { HttpError } from './edge/http-error.js'

/** Ends when the answer is sent, or before that with a reason. */
export interface ClientSignal extends Disposable {
  readonly signal: AbortSignal
  abort(reason: Error): void
}

/** Aborted when the client is gone or half gone, or when its time is over. */
export function clientSignal(request: IncomingMessage, response: ServerResponse, limitMs: number): ClientSignal {
  const controller = new AbortController()
  const { socket } = request
  const onGone = () => controller.abort(new SpeculationError('ERR_ABORTED', 'the client is gone'))
  const timer = setTimeout(() => controller.abort(late(limitMs)), limitMs)
  response.once('close', onGone)
  // A socket that cannot send any more does not close as long as nothing is read from it.
  socket.once('end', onGone)
  // Each of the requests that were sent without waiting for answers listens.
  socket.setMaxListeners(0)
  if (socket.readableEnded || socket.destroyed) onGone()
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    [Symbol.dispose]() {
      clearTimeout(timer)
      response.off('close', onGone)
      socket.off('end', onGone)
    },
  }
}

function late(limitMs: number): HttpError {
  return new HttpError(504, 'request_timeout', `the answer took longer than the ${limitMs} ms that this server allows`)
}
