import { CONTRACT_VERSION, type Drafter, NO_TOKENS, type TokenId, type Tokens } from '@foretoken/contract'
import { randomSource } from '../src/random-source.js'

/** What {@link randomDrafter} drafts from. */
export interface RandomDrafterOptions {
  /** What the target will write: drafts begin with up to three right tokens. */
  readonly text: Tokens
  readonly vocabularySize: number
  readonly endOfTextTokens: readonly TokenId[]
  readonly seed: number
}

/**
 * Drafts of any length that begin right and go on with anything: other tokens, ends of text, ids that no vocabulary has.
 */
export function randomDrafter({ text, vocabularySize, endOfTextTokens, seed }: RandomDrafterOptions): Drafter {
  const random = randomSource(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  const anything = [
    () => below(vocabularySize),
    () => endOfTextTokens[below(endOfTextTokens.length)] ?? 0,
    () => vocabularySize + below(1_000),
    () => -1 - below(1_000),
    () => text[below(text.length)] ?? 0,
  ]
  return {
    contractVersion: CONTRACT_VERSION,
    name: 'random',
    learnsAcrossSessions: false,
    open() {
      let position = 0
      return {
        draft({ maxTokens }) {
          if (maxTokens === 0) return { tokens: NO_TOKENS, drafter: 'random' }
          const tokens = new Int32Array(1 + below(maxTokens))
          const right = below(4)
          // Likely tokens lead into the model's own text, impossible ones out of it.
          const wrong = anything[below(anything.length)] ?? (() => 0)
          for (let index = 0; index < tokens.length; index++)
            tokens[index] = (index < right ? text[position + index] : undefined) ?? wrong()
          return { tokens, drafter: 'random' }
        },
        commit(tokens) {
          position += tokens.length
        },
        async [Symbol.asyncDispose]() {},
      }
    },
    [Symbol.dispose]() {},
  }
}
