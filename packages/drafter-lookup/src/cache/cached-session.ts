import type { Draft, DraftLimits, DraftSession, Tokens } from '@foretoken/contract'
import type { CopySession } from '@foretoken/token-index'
import type { CachePath } from './cache-path.js'

/** Drafts from copies, or from lookup caches where these promise more. Both learn from all of the text. */
export class CachedSession implements DraftSession {
  readonly #copies: CopySession
  readonly #path: CachePath

  constructor(copies: CopySession, path: CachePath) {
    this.#copies = copies
    this.#path = path
  }

  draft(limits: DraftLimits): Draft {
    const copied = this.#copies.draft(limits)
    const { maxTokens, minProbability = 0 } = limits
    const length = this.#path.draft(maxTokens, minProbability)
    const probabilities = this.#path.probabilities.subarray(0, length)
    if (promise(probabilities) <= promise(copied.probabilities)) return copied
    return { tokens: this.#path.tokens.subarray(0, length), probabilities, drafter: copied.drafter }
  }

  commit(tokens: Tokens): void {
    this.#copies.commit(tokens)
    for (const token of tokens) this.#path.commit(token)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#copies[Symbol.asyncDispose]()
  }
}

/** How many tokens of a draft are expected to be accepted. */
function promise(probabilities: Iterable<number> = []): number {
  let [sum, product] = [0, 1]
  for (const probability of probabilities) {
    product *= probability
    sum += product
  }
  return sum
}
