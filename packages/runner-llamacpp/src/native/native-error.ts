import { type ErrorCode, errorTable, SpeculationError } from '@foretoken/contract'
import { lost } from '../engine.js'

/** What the addon threw, as Foretoken's error with cause and cure; what it did not throw on purpose is `ERR_ENGINE_LOST`. */
export function nativeError(what: string, cause: unknown): SpeculationError {
  if (SpeculationError.is(cause)) return cause
  const code = codeOf(cause)
  if (code === undefined || code === 'ERR_ENGINE_LOST') return lost(what, { cause })
  const said = (cause as Error).message
  const { cure } = errorTable[code]
  return new SpeculationError(code, `${what}: ${said}${said.includes('; ') ? '' : `; ${cure}`}`, {
    details: { said },
    cause,
  })
}

function codeOf(cause: unknown): ErrorCode | undefined {
  const code = cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined
  return code !== undefined && Object.hasOwn(errorTable, code) ? (code as ErrorCode) : undefined
}
