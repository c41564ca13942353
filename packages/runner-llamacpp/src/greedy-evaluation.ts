import type { TokenId } from '@foretoken/contract'
import type { LlamaContextSequence, Token } from 'node-llama-cpp'

/** The most probable token behind one position. */
export interface Best {
  readonly token: TokenId
  /** Its lead over the second, in logits. */
  readonly gap: number
}

/** The two best logits cost as much as the best one alone when top-k cuts them out; at temperature 1 they stay as they are. */
const bestTwo = {
  generateNext: { logits: true, options: { temperature: 1, topK: 2, topP: 1, minP: 0, seed: 0 } },
} as const

/**
 * Decodes `tokens` in one batch and returns the best token behind each. Of two equal logits the lower id is best,
 * whatever the width. What node-llama-cpp samples meanwhile is ignored.
 */
export async function evaluateGreedily(sequence: LlamaContextSequence, tokens: readonly TokenId[]): Promise<Best[]> {
  const outputs = await sequence.controlledEvaluate(tokens.map((token) => [token as Token, bestTwo]))
  return tokens.map((_, index) => best(outputs[index]?.next.logits))
}

function best(logits: ReadonlyMap<Token, number> | undefined): Best {
  const [first, second] = logits ?? []
  if (first === undefined || !Number.isFinite(first[1])) throw new Error('the logits are not numbers')
  // A vocabulary of one token has no second.
  if (second === undefined) return { token: first[0], gap: Number.POSITIVE_INFINITY }
  const gap = first[1] - second[1]
  return { token: gap === 0 ? Math.min(first[0], second[0]) : first[0], gap }
}
