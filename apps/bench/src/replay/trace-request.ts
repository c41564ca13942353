import { SpeculationError, type TokenId, type Tokens } from '@foretoken/contract'

/** One recorded request: what was asked, and what the model answered. */
export interface TraceRequest {
  readonly id: string
  /** Requests of one conversation share it; each prompt is the whole conversation so far. Absent for a single request. */
  readonly session?: string
  /** At least one token. */
  readonly prompt: Tokens
  /** At least one token. */
  readonly output: Tokens
}

/** The request that a line of a trace file holds; `place` is the line's place in words, for errors. */
export function parseRequest(line: string, place: string): TraceRequest {
  const value = parsed(line, place)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed(place, 'a JSON object', value)
  const { id, session, prompt, output } = value as Record<string, unknown>
  if (typeof id !== 'string') throw malformed(place, 'a string as "id"', id)
  if (session !== undefined && session !== null && typeof session !== 'string')
    throw malformed(place, 'a string or null as "session"', session)
  return {
    id,
    ...(typeof session === 'string' && { session }),
    prompt: tokensOf(prompt, `${place}: "prompt"`),
    output: tokensOf(output, `${place}: "output"`),
  }
}

function parsed(line: string, place: string): unknown {
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw new SpeculationError('ERR_OPTION_INVALID', `${place}: expected JSON, got "${line.slice(0, 40)}"; ${CURE}`, {
      cause,
    })
  }
}

function tokensOf(value: unknown, place: string): Tokens {
  if (!Array.isArray(value) || value.length === 0) throw malformed(place, 'an array of at least one token id', value)
  const wrong = value.findIndex((token) => !isToken(token))
  if (wrong >= 0) throw malformed(`${place}[${wrong}]`, 'a token id from 0 to 2147483647', value[wrong])
  return Int32Array.from(value)
}

function isToken(value: unknown): value is TokenId {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 31
}

function malformed(place: string, expected: string, got: unknown): SpeculationError {
  const shown = got === undefined ? 'nothing' : JSON.stringify(got).slice(0, 40)
  return new SpeculationError('ERR_OPTION_INVALID', `${place}: expected ${expected}, got ${shown}; ${CURE}`)
}

const CURE = 'the format is described in the README of apps/bench'
