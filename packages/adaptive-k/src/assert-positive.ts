import { SpeculationError } from '@foretoken/contract'

/** Throws `ERR_OPTION_INVALID` unless `value` is a finite number from `min` on, or above 0 where no `min` is given. */
export function assertPositive(option: string, value: number, min?: number): void {
  if (Number.isFinite(value) && (min === undefined ? value > 0 : value >= min)) return
  const range = min === undefined ? 'above 0' : `of at least ${min}`
  throw new SpeculationError('ERR_OPTION_INVALID', `${option} must be a finite number ${range}, got ${value}`, {
    details: { option, value, min: min ?? 0 },
  })
}
