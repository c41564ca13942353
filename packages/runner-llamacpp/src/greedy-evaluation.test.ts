import type { LlamaContextSequence } from 'node-llama-cpp'
import { expect, it } from 'vitest'
import { evaluateGreedily } from './greedy-evaluation.js'

/** What is decided on when llama.cpp returns these logits, one list of pairs a position. */
function decide(...positions: (readonly (readonly [token: number, logit: number])[] | undefined)[]) {
  const controlledEvaluate = async () => positions.map((pairs) => pairs && { next: { logits: new Map(pairs) } })
  return evaluateGreedily(
    { controlledEvaluate } as unknown as LlamaContextSequence,
    positions.map((_, index) => index),
  )
}

it('decides on the best token and its lead', async () => {
  const pairs = [
    [7, 2.5],
    [3, 1],
  ] as const
  await expect(decide(pairs)).resolves.toEqual([{ token: 7, gap: 1.5 }])
})

it('takes the lower of two ids with equal logits, in whatever order they come', async () => {
  const [low, high] = [
    [4, 1],
    [9, 1],
  ] as const
  const tie = { token: 4, gap: 0 }
  await expect(decide([low, high], [high, low])).resolves.toEqual([tie, tie])
})

it('has nothing to compare in a vocabulary of one token', async () => {
  await expect(decide([[0, 1]])).resolves.toEqual([{ token: 0, gap: Number.POSITIVE_INFINITY }])
})

it.each([[[[1, Number.NaN]]], [[]], [undefined]] as const)('refuses logits that are no numbers: %j', async (pairs) => {
  await expect(decide(pairs)).rejects.toThrow('not numbers')
})
