/** Why something did not work, in words for the person at the page. */
export interface Failure {
  /** `network`: no answer at all; `cut`: the stream ended early; else the server's own code. */
  readonly code: string
  readonly cause: string
  /** What can be done; empty where the cause says it. */
  readonly cure: string
  /** The server knows no such key. */
  readonly needsKey?: true
}

/** The server cannot be reached. */
export const unreachable: Failure = {
  code: 'network',
  cause: 'The server does not answer.',
  cure: 'See whether foretoken serve still runs in its terminal, then try again.',
}

/** What came is not what this page reads. */
export const unreadable: Failure = {
  code: 'form',
  cause: 'The server answers in another form than this page reads.',
  cure: 'Load the page again: it may be older than the server.',
}

/** The stream ended before the answer did. */
export const cutOff: Failure = {
  code: 'cut',
  cause: 'The connection was cut before the answer was complete.',
  cure: 'What came is kept. Regenerate to have the whole answer.',
}

/** What an answer with an error status says; `body` is its JSON, or anything else. */
export function failureOf(status: number, body: unknown, retryAfterSeconds?: number): Failure {
  const { message, code } = errorFields(body)
  return {
    code: code ?? String(status),
    cause: message ?? `The server answered with status ${status}.`,
    cure: curesByCode[code ?? ''] ?? cureOf(status, retryAfterSeconds),
    ...(status === 401 && { needsKey: true }),
  }
}

/** The fields of OpenAI's form of an error; what is missing or of another type is left out. */
export function errorFields(body: unknown): { readonly message?: string; readonly code?: string } {
  const { error } = (body ?? {}) as { error?: unknown }
  const { message, code, type } = (error ?? {}) as { message?: unknown; code?: unknown; type?: unknown }
  const name = typeof code === 'string' ? code : type
  return {
    ...(typeof message === 'string' && { message }),
    ...(typeof name === 'string' && { code: name }),
  }
}

/** Cures that a person at the page has; the server's own words are for those who call it. */
const curesByCode: Readonly<Record<string, string>> = {
  ERR_CONTEXT_FULL: 'Start a new conversation, or ask for fewer tokens in the settings.',
}

function cureOf(status: number, retryAfterSeconds = 0): string {
  if (status === 401) return 'Enter the API key in the settings.'
  if (status === 404) return 'Choose another model.'
  if (status === 413) return 'Start a new conversation, or shorten this one.'
  if (status === 429) return `Too much is asked of the server now. Try again in ${Math.max(1, retryAfterSeconds)} s.`
  if (status === 503) return 'The engine is lost or not there yet. Try again in a moment.'
  return ''
}
