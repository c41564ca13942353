import { NO_TOKENS } from '@foretoken/contract'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hopelessDrafter } from './hopeless-drafter.js'

const token = fc.integer({ min: 0, max: 5 })
const texts = fc.record({
  prompt: fc.array(token, { minLength: 1, maxLength: 8 }).map((tokens) => Int32Array.of(6, 7, ...tokens)),
  answer: fc.array(token, { minLength: 1, maxLength: 20 }).map((tokens) => Int32Array.from(tokens)),
})

test('its first token is never the right one, wherever the text stands', async () => {
  await fc.assert(
    fc.asyncProperty(texts, fc.integer({ min: 1, max: 8 }), async ({ prompt, answer }, maxTokens) => {
      using drafter = hopelessDrafter(answer)
      const session = drafter.open(prompt)
      for (const [position, right] of answer.entries()) {
        const { tokens } = await session.draft({ maxTokens })
        expect(tokens).toHaveLength(maxTokens)
        expect([position, tokens[0]]).not.toEqual([position, right])
        expect([...prompt]).toContain(tokens[0])
        session.commit(Int32Array.of(right))
      }
      expect((await session.draft({ maxTokens })).tokens).toEqual(NO_TOKENS)
    }),
  )
})

test('a prompt of one token repeated has nothing wrong to offer', () => {
  const session = hopelessDrafter(Int32Array.of(1)).open(Int32Array.of(1, 1))
  expect(() => session.draft({ maxTokens: 1 })).toThrow('two different tokens')
})
