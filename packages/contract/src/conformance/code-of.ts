import { SpeculationError } from '../errors.js'

/** The code that `call` throws or rejects with; empty when it does neither. Other errors pass through. */
export async function codeOf(call: () => unknown): Promise<string> {
  try {
    await call()
  } catch (error) {
    if (SpeculationError.is(error)) return error.code
    throw error
  }
  return ''
}
