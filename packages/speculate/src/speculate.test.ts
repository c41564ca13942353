import { CONTRACT_VERSION, type Drafter } from '@foretoken/contract'
import { expect, test } from 'vitest'
import { collect, memoryTarget, nextToken, plainText } from '../test/memory-target.js'
import { speculate, summarize } from './index.js'

const prompt = Int32Array.of(1, 2, 3)

test('says what the target alone says, in fewer steps', async () => {
  const steps = await collect(speculate({ target: memoryTarget(), prompt, drafter: oracle(), maxTokens: 40 }))
  expect(steps.flatMap((step) => [...step.tokens])).toEqual(plainText(prompt, 40))
  expect(summarize(steps)).toMatchObject({ tokens: 40, steps: 3, finish: 'max-tokens', acceptanceRate: 1 })
})

function oracle(): Drafter {
  return {
    contractVersion: CONTRACT_VERSION,
    name: 'oracle',
    learnsAcrossSessions: false,
    open(start) {
      const sequence = [...start]
      return {
        draft({ maxTokens }) {
          const copy = [...sequence]
          while (copy.length < sequence.length + maxTokens) copy.push(nextToken(copy))
          return { tokens: Int32Array.from(copy.slice(sequence.length)), drafter: 'oracle' }
        },
        commit: (tokens) => void sequence.push(...tokens),
        async [Symbol.asyncDispose]() {},
      }
    },
    [Symbol.dispose]() {},
  }
}
