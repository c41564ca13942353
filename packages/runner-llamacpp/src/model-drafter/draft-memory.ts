import type { Draft, DraftLimits } from '@foretoken/contract'

/** The tokens of a draft, with what is thought of them. */
export type KnownDraft = Pick<Required<Draft>, 'tokens' | 'probabilities'>

type Limits = Required<Pick<DraftLimits, 'maxTokens' | 'minProbability'>>

/**
 * What was drafted since the last commit, so that equal calls get equal drafts whatever was asked between them, and
 * shorter ones cost nothing.
 */
export class DraftMemory {
  readonly #drafts: { readonly limits: Limits; readonly draft: KnownDraft }[] = []

  /** The answer to these limits, if an equal call or one with wider limits was answered. */
  find(limits: Limits): KnownDraft | undefined {
    const isEqual = (one: Limits) => one.maxTokens === limits.maxTokens && one.minProbability === limits.minProbability
    const isWider = (one: Limits) => one.maxTokens >= limits.maxTokens && one.minProbability <= limits.minProbability
    const found = this.#drafts.find((one) => isEqual(one.limits)) ?? this.#drafts.find((one) => isWider(one.limits))
    if (found === undefined) return undefined
    return isEqual(found.limits) ? found.draft : this.keep(limits, found.draft)
  }

  /** Remembers an answer, cut to its limits, and returns it. */
  keep(limits: Limits, answer: KnownDraft): KnownDraft {
    const draft = cut(answer, limits)
    this.#drafts.push({ limits, draft })
    return draft
  }

  clear(): void {
    this.#drafts.length = 0
  }
}

/** A copy of what fits into the limits. */
function cut({ tokens, probabilities }: KnownDraft, { maxTokens, minProbability }: Limits): KnownDraft {
  let length = 0
  let product = 1
  for (; length < Math.min(tokens.length, maxTokens); length++) {
    product *= probabilities[length] ?? 0
    if (product < minProbability) break
  }
  return { tokens: tokens.slice(0, length), probabilities: probabilities.slice(0, length) }
}
