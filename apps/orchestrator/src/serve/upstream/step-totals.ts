import type { Summary } from '@foretoken/speculate'
import type { ServedFinish, ServedStep } from '../text-event.js'

type Share = { -readonly [Name in keyof Summary['byDrafter'][string]]: number }

/** What the steps of an answer come to. */
export class StepTotals {
  readonly #byDrafter = new Map<string, Share>()
  #tokens = 0
  #steps = 0
  #draftedTokens = 0
  #acceptedTokens = 0
  #verifyMs = 0

  add({ drafter, tokens, draftedTokens, acceptedTokens, verifyMs }: ServedStep): void {
    this.#tokens += tokens
    this.#steps++
    this.#draftedTokens += draftedTokens
    this.#acceptedTokens += acceptedTokens
    this.#verifyMs += verifyMs
    if (drafter === '') return
    const share = this.#byDrafter.get(drafter) ?? { steps: 0, draftedTokens: 0, acceptedTokens: 0 }
    share.steps++
    share.draftedTokens += draftedTokens
    share.acceptedTokens += acceptedTokens
    this.#byDrafter.set(drafter, share)
  }

  summary(finish: ServedFinish): Summary {
    const [tokens, steps, drafted, accepted] = [this.#tokens, this.#steps, this.#draftedTokens, this.#acceptedTokens]
    return {
      ...{ tokens, steps, draftedTokens: drafted, acceptedTokens: accepted },
      acceptanceRate: drafted === 0 ? 0 : accepted / drafted,
      tokensPerStep: steps === 0 ? 0 : tokens / steps,
      draftMs: 0,
      verifyMs: this.#verifyMs,
      finish: finish === 'length' ? 'max-tokens' : 'end-of-text',
      byDrafter: Object.fromEntries(this.#byDrafter),
    }
  }
}
