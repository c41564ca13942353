import type { CallNotes } from '../call.js'
import { problemOf } from '../edge/problem.js'
import type { LineWriter } from '../http-options.js'

/** What is logged of a request: neither what was said, nor an address as it was asked for, nor a secret. */
export interface LoggedRequest {
  readonly id: string
  readonly method: string
  /** The pattern of the route. */
  readonly route: string
  readonly status: number
  readonly ms: number
  readonly notes: CallNotes
}

/** Writes a line of JSON for each request. */
export function requestLog(writer: LineWriter | undefined): (request: LoggedRequest) => void {
  if (writer === undefined) return () => {}
  return ({ id, method, route, status, ms, notes }) => {
    const { failure, ...known } = notes
    const line = {
      time: new Date().toISOString(),
      id,
      method,
      route,
      status,
      ms: Math.round(ms),
      ...known,
      ...(known.firstTokenMs !== undefined && { firstTokenMs: Math.round(known.firstTokenMs) }),
      ...(failure !== undefined && failureOf(failure)),
    }
    writer.write(`${JSON.stringify(line)}\n`)
  }
}

/** The words of a client's own mistake may repeat what it sent; those of a failure in here are what a log is for. */
function failureOf(failure: unknown): object {
  const { status, code, field } = problemOf(failure)
  const own = status >= 500 && failure instanceof Error
  return {
    error: code,
    ...(field !== '' && { field }),
    ...(own && { message: failure.message }),
    ...(own && code === 'UNEXPECTED' && { stack: failure.stack }),
  }
}
