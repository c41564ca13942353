import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { HttpError } from './http-error.js'
import { problemBody, problemOf } from './problem.js'

/** Answers what is no request of HTTP, too long a head, or a request that did not arrive in time, and hangs up. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const problem = problemOf(
    reasons[error.code ?? ''] ?? new HttpError(400, 'invalid_http', 'this is no request of HTTP'),
  )
  const body = JSON.stringify(problemBody(problem, 'openai', ''))
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'connection: close',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
  socket.destroySoon()
}

const reasons: Readonly<Record<string, HttpError>> = {
  ERR_HTTP_REQUEST_TIMEOUT: new HttpError(408, 'receive_timeout', 'the request took too long to arrive'),
  HPE_HEADER_OVERFLOW: new HttpError(431, 'head_too_large', 'the head of the request is too large'),
}
