import { SpeculationError } from '@foretoken/contract'
import type { ServingFacts } from '../serving-engine.js'
import type { TextRequest } from '../text-request.js'

/** Throws `ERR_OPTION_INVALID` for what the engine's facts rule out. */
export function assertRequest(
  { input, speculation }: TextRequest,
  { takesImages, drafters, engine }: ServingFacts,
): void {
  const hasImages = input.kind === 'chat' && input.messages.some(({ images = [] }) => images.length > 0)
  if (hasImages && !takesImages) throw invalid('this model takes no images; ask one that was started with a projector')
  const unknown = speculation.drafters?.find((name) => !drafters.includes(name))
  if (unknown === undefined) return
  throw invalid(`${engine} cannot be told who drafts, got ${JSON.stringify(unknown)}; leave drafters out`)
}

function invalid(message: string): SpeculationError<'ERR_OPTION_INVALID'> {
  return new SpeculationError('ERR_OPTION_INVALID', message)
}
