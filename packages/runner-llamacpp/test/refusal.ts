import { SpeculationError } from '@foretoken/contract'
import { expect } from 'vitest'

/** The error that an action ends with; it must be one of Foretoken's. */
export async function refusal(action: Promise<unknown>): Promise<SpeculationError> {
  try {
    await action
  } catch (error) {
    if (SpeculationError.is(error)) return error
    throw error
  }
  return expect.fail('nothing was thrown')
}
