import { SpeculationError } from '@foretoken/contract'

/**
 * The error that says why a drafter is refused, where `error` says that a drafter is not known and there is a reason; else
 * `error` itself. The reasons are read only then.
 */
export async function withRefusal(error: unknown): Promise<unknown> {
  const drafter = SpeculationError.is(error, 'ERR_OPTION_INVALID') ? error.details['drafter'] : undefined
  if (typeof drafter !== 'string') return error
  const { refusalOf } = await import('@foretoken/registry')
  const refusal = refusalOf(drafter)
  if (refusal === undefined) return error
  return new SpeculationError('ERR_OPTION_INVALID', `"${drafter}" is refused: ${refusal.reason}; ${refusal.instead}`, {
    cause: error,
    details: { drafter, refusal: refusal.name, sources: refusal.sources },
  })
}
