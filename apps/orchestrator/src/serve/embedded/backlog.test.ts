import { CONTRACT_VERSION, type Drafter, type Tokens } from '@foretoken/contract'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Backlog } from './backlog.js'

/** Notes what it is given to learn, once each text ends. */
function noting(learned: number[][], fault = ''): Drafter {
  return {
    ...{ contractVersion: CONTRACT_VERSION, name: 'noting', learnsAcrossSessions: true },
    open(prompt) {
      if (fault !== '') throw new Error(fault)
      const text = [...prompt, -1]
      return {
        draft: () => ({ tokens: new Int32Array(0), drafter: 'noting' }),
        commit: (tokens: Tokens) => void text.push(...tokens),
        async [Symbol.asyncDispose]() {
          await Promise.resolve()
          learned.push(text)
        },
      }
    },
    [Symbol.dispose]() {},
  }
}

const text = (tokens: number[], promptTokens: number, learners: Drafter[]) => {
  const prompt = Int32Array.from(tokens.slice(0, promptTokens))
  return { prompt, answer: tokens.slice(promptTokens), options: undefined, learners }
}

test('the newest texts are learned whole and in their order, as many as fit', async () => {
  const room = 64
  const writing = fc.array(fc.record({ length: fc.nat(70), prompt: fc.nat(70), isLearned: fc.boolean() }))
  await fc.assert(
    fc.asyncProperty(writing, async (texts) => {
      const learned: number[][] = []
      const backlog = new Backlog(room)
      const learners = [noting(learned)]
      let waiting: number[][] = []
      for (const [number, { length, prompt, isLearned }] of texts.entries()) {
        const tokens = Array.from({ length }, (_, index) => 100 * number + index)
        const promptTokens = Math.min(prompt, length)
        backlog.add(text(tokens, promptTokens, learners))
        if (length > 0 && length <= room)
          waiting.push([...tokens.slice(0, promptTokens), -1, ...tokens.slice(promptTokens)])
        if (!isLearned) continue
        await backlog.learnAll()
        expect(backlog.isEmpty).toBe(true)
        const given = learned.splice(0)
        expect(given).toEqual(waiting.slice(waiting.length - given.length))
        // A text that does not fit behind the others begins anew, which wastes less than its length.
        const next = waiting[waiting.length - given.length - 1]
        const all = given.reduce((sum, one) => sum + one.length - 1, 0)
        const longest = Math.max(0, ...waiting.map((one) => one.length - 1))
        if (next !== undefined) expect(all + next.length - 1 + longest).toBeGreaterThan(room)
        waiting = []
      }
    }),
  )
})

test('a part of it can be learned, however the learners end, and what comes meanwhile is not waited for', async () => {
  const learned: number[][] = []
  const backlog = new Backlog()
  const learners = [noting(learned, 'this one fails'), noting(learned)]
  const long = Array.from({ length: 6_000 }, (_, index) => index)
  for (let count = 0; count < 3; count++) backlog.add(text(long, 10, learners))
  await backlog.learnSome()
  expect(learned).toHaveLength(2)
  expect(backlog.isEmpty).toBe(false)
  const all = backlog.learnAll()
  backlog.add(text(long, 10, learners))
  await Promise.all([all, backlog.learnAll()])
  expect(learned).toHaveLength(4)
  expect(backlog.isEmpty).toBe(true)
})
