import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Choice, measureJudge, positionBias, positionConsistency, type TwiceJudged } from './judge-measurement.js'
import { randomSource } from './random-source.js'

/** Pairs as a judge of a known error and position bias would judge them. */
function judged(seed: number, { pairs, error, bias }: { pairs: number; error: number; bias: number }): TwiceJudged[] {
  const random = randomSource(seed)
  return Array.from({ length: pairs }, () => {
    const truth = random() < 0.5 ? 'first' : 'second'
    const other = truth === 'first' ? 'second' : 'first'
    const choose = (shownFirst: Choice): Choice => {
      if (random() < bias) return shownFirst
      return random() < error ? other : truth
    }
    return { forward: choose('first'), backward: choose('second'), truth }
  })
}

describe('measureJudge', () => {
  it.each([
    { error: 0, bias: 0.2 },
    { error: 0.15, bias: 0.3 },
    { error: 0.3, bias: 0 },
  ])('finds error $error and bias $bias within the interval about as often as it says', ({ error, bias }) => {
    const runs = Array.from({ length: 60 }, (_, seed) => {
      return measureJudge(judged(seed + 1, { pairs: 120, error, bias }), { resamples: 200, seed })
    })
    const held = (name: 'error' | 'positionBias', truth: number) =>
      runs.filter((run) => run[name].low <= truth + 1e-9 && run[name].high >= truth - 1e-9).length
    expect(held('positionBias', bias)).toBeGreaterThanOrEqual(52)
    expect(held('error', error)).toBeGreaterThanOrEqual(52)
  })

  it('would not find the error without taking the bias away', () => {
    const pairs = judged(3, { pairs: 2_000, error: 0.1, bias: 0.4 })
    const { error } = measureJudge(pairs, { resamples: 300 })
    const naive = pairs.filter(({ forward, truth }) => forward !== truth).length / pairs.length
    expect(error.low).toBeLessThan(0.1)
    expect(error.high).toBeGreaterThan(0.1)
    expect(naive).toBeGreaterThan(error.high)
  })
})

describe('positionConsistency and positionBias', () => {
  const choice = fc.constantFrom<Choice>('first', 'second', 'tie')
  const some = fc.array(fc.record({ forward: choice, backward: choice }), { minLength: 1, maxLength: 30 })

  it('stay within bounds; who is called first turns nothing but the orders', () => {
    const renamed: Readonly<Record<Choice, Choice>> = { first: 'second', second: 'first', tie: 'tie' }
    fc.assert(
      fc.property(some, (pairs) => {
        const swapped = pairs.map(({ forward, backward }) => ({
          forward: renamed[backward],
          backward: renamed[forward],
        }))
        expect(positionConsistency(swapped)).toBe(positionConsistency(pairs))
        expect(positionBias(swapped)).toBeCloseTo(positionBias(pairs), 9)
        expect(Math.abs(positionBias(pairs))).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('tell a judge that only looks at places', () => {
    const places: readonly TwiceJudged[] = [{ forward: 'first', backward: 'second' }]
    expect([positionConsistency(places), positionBias(places)]).toEqual([0, 1])
  })
})
