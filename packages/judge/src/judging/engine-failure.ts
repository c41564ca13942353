import { SpeculationError } from '@foretoken/contract'
import { APICallError } from 'ai'

/** What is known of a failed request; the details of its `ERR_ENGINE_LOST`. */
export interface EngineFailure {
  /** Whether the same request may succeed later. */
  readonly isRetryable: boolean
  /** Absent: there was no answer. */
  readonly httpStatus?: number
  /** How long the server asked to wait. Absent: it did not. */
  readonly retryAfterMs?: number
}

// What llama-server, OpenAI-compatible servers and Anthropic's say.
const contextFull = /exceed_context_size|context_length_exceeded|maximum context length|prompt is too long/i

/** An error of the AI SDK as `ERR_ENGINE_LOST`, or `ERR_CONTEXT_FULL` of too long a prompt, told in one sentence. */
export function engineError(model: string, error: unknown, nowMs: number): SpeculationError {
  if (SpeculationError.is(error)) return error
  const cause = lastOf(error)
  if (!APICallError.isInstance(cause)) {
    return engineLost(`${model} sent what cannot be read: ${sentence(cause)}`, { isRetryable: true }, cause)
  }
  const { statusCode, responseHeaders = {} } = cause
  if (statusCode === undefined) {
    return engineLost(`${model} cannot be reached: ${sentence(cause)}`, { isRetryable: true }, cause)
  }
  if (statusCode < 500 && contextFull.test(`${cause.message} ${cause.responseBody ?? ''}`)) {
    return new SpeculationError('ERR_CONTEXT_FULL', `the prompt is too long for ${model}: ${sentence(cause)}`, {
      cause,
    })
  }
  // 200: the answer broke off or was no event stream.
  const isRetryable = statusCode >= 500 || statusCode < 300 || [408, 409, 425, 429].includes(statusCode)
  const retryAfterMs = retryAfter(responseHeaders, nowMs)
  return engineLost(
    `${model} answered with HTTP status ${statusCode}: ${sentence(cause)}`,
    { isRetryable, httpStatus: statusCode, ...(retryAfterMs !== undefined && { retryAfterMs }) },
    cause,
  )
}

/** The error of a request that failed. */
export function engineLost(message: string, failure: EngineFailure, cause?: unknown): SpeculationError {
  return new SpeculationError('ERR_ENGINE_LOST', message, { cause, details: { ...failure } })
}

/** What is known of a failed request; `undefined` of other errors. */
export function failureOf(error: unknown): EngineFailure | undefined {
  if (!SpeculationError.is(error, 'ERR_ENGINE_LOST')) return undefined
  const { isRetryable, httpStatus, retryAfterMs } = error.details
  return {
    isRetryable: isRetryable === true,
    ...(typeof httpStatus === 'number' && { httpStatus }),
    ...(typeof retryAfterMs === 'number' && { retryAfterMs }),
  }
}

/** The AI SDK wraps errors of its retries. */
function lastOf(error: unknown): unknown {
  return error instanceof Error && 'lastError' in error ? error.lastError : error
}

function sentence(error: unknown): string {
  const text = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').trim()
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}

function retryAfter(headers: Readonly<Record<string, string>>, nowMs: number): number | undefined {
  const header = headers['retry-after']
  if (header === undefined) return undefined
  const seconds = Number(header)
  const milliseconds = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - nowMs
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : undefined
}
