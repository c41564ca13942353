import { errorTable, SpeculationError } from '@foretoken/contract'
import { HttpError } from './http-error.js'

/** A failure as an answer tells it. */
export interface Problem {
  readonly status: number
  /** A code of `@foretoken/contract`'s error table, or one of HTTP's own. */
  readonly code: string
  readonly message: string
  /** The field of the request that is at fault; empty where none is. */
  readonly field: string
  /** When to try again, in seconds; 0 where trying again does not help. */
  readonly retryAfterSeconds: number
}

/** What an answer may tell of an error. The words of an unexpected one stay in the log. */
export function problemOf(error: unknown): Problem {
  if (error instanceof HttpError) {
    const { status, code, message, field } = error
    return { status, code, message, field, retryAfterSeconds: status === 503 ? 1 : 0 }
  }
  if (SpeculationError.is(error)) return engineProblem(error)
  if (isFastifyError(error) && error.statusCode < 500)
    return {
      status: error.statusCode,
      code: fastifyCodes[error.code] ?? 'invalid_request',
      message: error.message,
      field: '',
      retryAfterSeconds: 0,
    }
  return {
    status: 500,
    code: 'UNEXPECTED',
    message: 'an unexpected failure; the server’s log has it under the id of this request',
    field: '',
    retryAfterSeconds: 0,
  }
}

function engineProblem({ code, message, details }: SpeculationError): Problem {
  const status = errorTable[code].httpStatus
  const { option, retryAfterSeconds } = details
  return {
    status,
    code,
    message,
    field: typeof option === 'string' ? option : '',
    retryAfterSeconds:
      status !== 429 && status !== 503 ? 0 : typeof retryAfterSeconds === 'number' ? Math.ceil(retryAfterSeconds) : 1,
  }
}

const fastifyCodes: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid_json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid_json',
}

function isFastifyError(error: unknown): error is Error & { readonly statusCode: number; readonly code: string } {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
}

/** Which form an error has: each API's clients know their own. */
export type ErrorForm = 'openai' | 'anthropic'

/** The body of an error's answer. */
export function problemBody(problem: Problem, form: ErrorForm, requestId: string): Readonly<Record<string, unknown>> {
  const { status, message, code, field } = problem
  return form === 'openai'
    ? { error: { message, type: openaiType(status), code, param: field === '' ? null : field } }
    : { type: 'error', error: { type: anthropicType(status), message }, request_id: requestId }
}

function openaiType(status: number): string {
  if (status === 401) return 'authentication_error'
  if (status === 403) return 'permission_error'
  if (status === 429) return 'rate_limit_error'
  return status >= 500 ? 'server_error' : 'invalid_request_error'
}

const anthropicTypes: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
}

function anthropicType(status: number): string {
  return anthropicTypes[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error')
}
