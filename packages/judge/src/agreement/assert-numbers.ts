import { SpeculationError } from '@foretoken/contract'

/** Throws `ERR_OPTION_INVALID` unless both lists are of one length, which is at least 1, and all their numbers finite. */
export function assertPaired(first: readonly number[], second: readonly number[]): void {
  if (first.length !== second.length || first.length === 0) {
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      `paired values must be two lists of one length that is at least 1, got ${first.length} and ${second.length}`,
    )
  }
  for (const value of [...first, ...second]) {
    if (!Number.isFinite(value)) {
      throw new SpeculationError('ERR_OPTION_INVALID', `paired values must be finite numbers, got ${value}`)
    }
  }
}

/** Throws `ERR_OPTION_INVALID` unless `value` lies in the range, its ends excluded. */
export function assertBetween(option: string, value: number, { min, max }: { min: number; max: number }): void {
  if (value > min && value < max) return
  throw new SpeculationError('ERR_OPTION_INVALID', `${option} must be between ${min} and ${max}, got ${value}`, {
    details: { option, value, min, max },
  })
}
