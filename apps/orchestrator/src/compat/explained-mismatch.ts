import { SpeculationError } from '@foretoken/contract'

/**
 * An `ERR_VOCABULARY_MISMATCH` between two models with every reason and the cure for the first, read from both files; any
 * other error as it is.
 */
export async function explainedMismatch(error: unknown): Promise<unknown> {
  if (!SpeculationError.is(error, 'ERR_VOCABULARY_MISMATCH')) return error
  const { draft, target } = error.details ?? {}
  if (typeof draft !== 'string' || typeof target !== 'string') return error
  const { explainPair, inspect } = await import('@foretoken/registry')
  try {
    const { reasons } = explainPair(await inspect(target), await inspect(draft))
    const [first] = reasons
    if (first === undefined) return error
    const message = `${draft} cannot draft for ${target}: ${reasons.map((reason) => reason.message).join(', and ')}`
    const options = { details: { ...error.details, reasons }, cause: error }
    return new SpeculationError('ERR_VOCABULARY_MISMATCH', `${message}; ${first.cure.replaceAll('; ', ', ')}`, options)
  } catch {
    // What could not be read a second time explains nothing.
    return error
  }
}
