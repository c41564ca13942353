import { type ErrorCode, SpeculationError } from '@foretoken/contract'
import { AttemptFailure, type AttemptVerdict } from './attempt-failure.js'

/** What a server answered instead of what was asked for. */
export interface ServerAnswer {
  readonly status: number
  /** Its body, or a part. */
  readonly text: string
  /** The header `retry-after`. */
  readonly retryAfter?: string
}

const wordsCharacters = 500

/** The failure that a server's refusal is, with its own words. `who` names the server; `redact` removes secrets. */
export function refusal(who: string, answer: ServerAnswer, redact: (text: string) => string): AttemptFailure {
  const { status, text, retryAfter } = answer
  const words = redact(wordsIn(text)).slice(0, wordsCharacters)
  const [code, verdict] = meaningOf(status, text)
  const waitMs = retryAfterMs(retryAfter)
  const told = words === '' ? '' : `: ${words}`
  const error = new SpeculationError(code, `${who} answered ${status}${told}`, {
    details: { status, ...(waitMs !== undefined && { retryAfterSeconds: Math.ceil(waitMs / 1000) }) },
  })
  return new AttemptFailure(error, { ...verdict, ...(waitMs !== undefined && { retryAfterMs: waitMs }) })
}

function meaningOf(status: number, said: string): readonly [ErrorCode, AttemptVerdict] {
  // llama.cpp's and OpenAI's names.
  if (/exceed_context_size|context_length_exceeded/.test(said)) return ['ERR_CONTEXT_FULL', asked]
  if (status === 429) return ['ERR_BUDGET_EXCEEDED', { mayPass: true, isFault: false }]
  if (status === 401 || status === 403 || status === 407) return ['ERR_ENGINE_LOST', asked]
  if (status === 408) return ['ERR_ENGINE_LOST', { mayPass: true, isFault: false }]
  // llama-server says that it was not started for something by 501, and that it cannot by 500.
  if (status === 501 || /is not supported|not_supported_error/.test(said)) return ['ERR_OPTION_INVALID', asked]
  if (status >= 500) return ['ERR_ENGINE_LOST', { mayPass: true, isFault: true }]
  if (status >= 400) return ['ERR_OPTION_INVALID', asked]
  return ['ERR_ENGINE_LOST', { mayPass: false, isFault: true }]
}

const asked: AttemptVerdict = { mayPass: false, isFault: false }

/** The sentence in an error's body, as OpenAI, llama.cpp, vLLM, FastAPI and others write it; the body itself otherwise. */
function wordsIn(text: string): string {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return text
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
  }
  for (let depth = 0; depth < 3; depth++) {
    if (typeof value === 'string') return value
    if (typeof value !== 'object' || value === null) break
    const { error, message, detail } = value as Record<string, unknown>
    value = message ?? error ?? detail
  }
  return typeof value === 'string' ? value : text
}

/** Milliseconds that `retry-after` names, in seconds or as a date. */
function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined
  if (/^\d+(\.\d+)?$/.test(header)) return Number(header) * 1000
  const atMs = Date.parse(header)
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - Date.now())
}

/** Removes secrets from a text. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const known = secrets.filter((secret) => secret.length >= 4)
  return (text) => known.reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), text)
}
