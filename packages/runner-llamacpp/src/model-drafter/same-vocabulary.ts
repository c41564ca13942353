import { SpeculationError } from '@foretoken/contract'
import { LoadedLlamaModel } from '../llama-model.js'
import type { LoadedModel } from '../model-types.js'

/** Throws `ERR_VOCABULARY_MISMATCH` unless both models were made with one tokenizer; says where they first differ. */
export function assertSameVocabulary({
  draft,
  target,
}: {
  readonly draft: LoadedModel
  readonly target: LoadedModel
}): void {
  if (draft.facts.tokenizerFingerprint === target.facts.tokenizerFingerprint) return
  const details = { draft: draft.facts.path, target: target.facts.path }
  const message = `${draft.facts.path} cannot draft for ${target.facts.path}: ${difference(draft, target)}`
  const cure = 'take a draft model that was made with the target’s tokenizer'
  throw new SpeculationError('ERR_VOCABULARY_MISMATCH', `${message}; ${cure}`, { details })
}

function difference(draft: LoadedModel, target: LoadedModel): string {
  const sizes = [draft.facts.vocabularySize, target.facts.vocabularySize] as const
  if (draft instanceof LoadedLlamaModel && target instanceof LoadedLlamaModel) {
    const [one, other] = [draft.parts.vocabulary, target.parts.vocabulary]
    for (let id = 0; id < Math.min(...sizes); id++) {
      const [own, wanted] = [one.spellingOf(id), other.spellingOf(id)]
      if (own !== wanted) return `token ${id} is ${JSON.stringify(own)} there and ${JSON.stringify(wanted)} here`
    }
  }
  if (sizes[0] !== sizes[1]) return `it has ${sizes[0]} tokens, and the target ${sizes[1]}`
  return 'their kinds of tokens, merges, scores or special ids differ'
}
