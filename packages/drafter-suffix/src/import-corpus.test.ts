import type { Tokens } from '@foretoken/contract'
import { describe, expect, test } from 'vitest'
import { type CorpusProgress, suffixDrafter } from './index.js'

const documents = [Int32Array.of(1, 2, 3, 4, 5, 6), Int32Array.of(11, 12, 13, 14), Int32Array.of()]

async function* later(): AsyncGenerator<Tokens, void, void> {
  yield* documents
}

describe('an imported corpus', () => {
  test.each([
    ['an array', documents],
    ['a set', new Set(documents)],
    ['an asynchronous generator', later()],
  ])('from %s is drafted from, and counted apart', async (_, source) => {
    using drafter = suffixDrafter()
    const progress: CorpusProgress[] = []
    const end = await drafter.importCorpus(source, { scope: 'a', onProgress: (one) => progress.push(one) })
    expect(end).toEqual({ documents: 3, tokens: 10 })
    expect(progress).toEqual([{ documents: 1, tokens: 6 }, { documents: 2, tokens: 10 }, end])

    await using session = drafter.open(Int32Array.of(9, 2, 3), { scope: 'a' })
    expect((await session.draft({ maxTokens: 2 })).tokens).toEqual(Int32Array.of(4, 5))
    session.commit(Int32Array.of(4, 7))
    expect(drafter.stats('a').sources.corpus).toEqual({ attempts: 2, hits: 1, hitRate: 0.5 })
    expect(drafter.stats('a').sources.earlierRequests.attempts).toBe(0)
    expect(drafter.stats().tokens).toBe(0)
  })

  test('stays within the budget: the oldest documents go', async () => {
    using drafter = suffixDrafter({ maxBytes: 2 ** 20 })
    function* many(): Generator<Tokens, void, void> {
      for (let round = 0; round < 200; round++)
        yield Int32Array.from({ length: 1000 }, (_, place) => 1000 * round + place)
    }
    await drafter.importCorpus(many())
    const { bytes, tokens } = drafter.stats()
    expect(bytes).toBeLessThanOrEqual(2 ** 20)
    expect(tokens).toBeLessThan(50_000)
    expect(tokens).toBeGreaterThan(10_000)
    await using session = drafter.open(Int32Array.of(199_500, 199_501))
    expect((await session.draft({ maxTokens: 1 })).tokens).toEqual(Int32Array.of(199_502))
  })

  test('ends between two documents when it is cancelled', async () => {
    using drafter = suffixDrafter()
    const controller = new AbortController()
    const importing = drafter.importCorpus(documents, {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    })
    await expect(importing).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    expect(drafter.stats().tokens).toBe(32)
  })
})

test('hits in the own text, in the conversation and in earlier requests are counted apart', async () => {
  using drafter = suffixDrafter()
  const start = Array.from({ length: 100 }, (_, place) => 1000 + place)
  const attempt = async (prompt: readonly number[], next: number): Promise<void> => {
    await using session = drafter.open(Int32Array.from(prompt))
    await session.draft({ maxTokens: 1 })
    session.commit(Int32Array.of(next))
  }
  const attempts = (): number[] => {
    const { ownText, session, earlierRequests, corpus } = drafter.stats().sources
    return [ownText, session, earlierRequests, corpus].map((source) => source.attempts)
  }
  await attempt([...start, 1, 2, 3], 4)
  expect(attempts()).toEqual([0, 0, 0, 0])
  // Begins like the first text, which is therefore one of its conversation, but goes on in its own way.
  await attempt([...start, 7, 2, 3], 4)
  expect(attempts()).toEqual([0, 1, 0, 0])
  await attempt([2, 3], 4)
  expect(attempts()).toEqual([0, 1, 1, 0])
  await attempt([50, 51, 52, 50, 51], 52)
  expect(attempts()).toEqual([1, 1, 1, 0])
})
