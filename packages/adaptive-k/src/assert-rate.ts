import { SpeculationError } from '@foretoken/contract'

/** Throws `ERR_OPTION_INVALID` unless `value` is a number in [min, 1]. */
export function assertRate(option: string, value: number, min = 0): void {
  if (value >= min && value <= 1) return
  throw new SpeculationError('ERR_OPTION_INVALID', `${option} must be a number from ${min} to 1, got ${value}`, {
    details: { option, value, min, max: 1 },
  })
}
