import type { FastifyReply } from 'fastify'
import type { RequestOptions, ServingService } from '../serving-service.js'
import type { Caller } from './edge/key-ring.js'
import type { Metrics } from './house/metrics.js'
import type { HttpLimits } from './http-options.js'

/** One request to the API while it is answered. */
export interface Call {
  /** The answer's `x-request-id`. */
  readonly id: string
  readonly caller: Caller
  readonly params: Readonly<Record<string, string>>
  readonly reply: FastifyReply
  /** Aborted when the client is gone, the time is over or the server ends; the reason says which. */
  readonly signal: AbortSignal
  /** Ends the work for a reason that the server found itself. */
  readonly abort: (reason: Error) => void
  /** What the log will tell. */
  readonly notes: CallNotes
  readonly house: House
}

/** What every request is answered with. */
export interface House {
  readonly service: ServingService
  readonly limits: Required<HttpLimits>
  readonly metrics: Metrics
}

/** What becomes known of a request on its way; nothing that anybody said. */
export interface CallNotes {
  key?: string
  model?: string
  promptTokens?: number
  completionTokens?: number
  finish?: string
  /** From the start to the first token. */
  firstTokenMs?: number
  /** Why it failed. */
  failure?: unknown
}

/** How the service is asked for this call. */
export function requestOptions({ id, caller, signal }: Call): RequestOptions {
  const { name, priority } = caller
  return { id, key: name, signal, ...(priority !== undefined && { priority }) }
}
