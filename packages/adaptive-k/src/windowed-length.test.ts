import { type ErrorCode, type LengthPolicy, SpeculationError } from '@foretoken/contract'
import { testLengthPolicy } from '@foretoken/contract/conformance'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Mistake, naiveWindowed } from '../test/naive-windowed.js'
import { type Answer, always, replay } from '../test/replay.js'
import { type WindowedLengthOptions, windowedLength } from './index.js'

testLengthPolicy({ create: () => windowedLength(), maxTokens: 24 })

const allAccepted: Answer = { draftable: 256, agreeing: 256 }
const allRejected: Answer = { draftable: 256, agreeing: 0 }
const silent: Answer = { draftable: 0, agreeing: 0 }

describe('the defaults', () => {
  const lengths = (answers: Iterable<Answer>) => replay(windowedLength(), answers).map(({ maxTokens }) => maxTokens)

  test('start at 12 and rise by 4 to 24 while everything is accepted', () => {
    expect(lengths(always(allAccepted, 6))).toEqual([12, 16, 20, 24, 24, 24])
  })

  test('fall by 4 to 4 while little is accepted', () => {
    expect(lengths(always({ draftable: 256, agreeing: 1 }, 5))).toEqual([12, 8, 4, 4, 4])
  })

  test('stay between the two rates', () => {
    expect(lengths(always({ draftable: 10, agreeing: 7 }, 4))).toEqual([12, 12, 12, 12])
  })

  test('pause after three drafts without an accepted token, until 32 tokens later', () => {
    const expected = [12, 8, 4, ...Array<number>(32).fill(0), 4, 4, 4, 0]
    expect(lengths(always(allRejected, 39))).toEqual(expected)
  })

  test('stay while the drafter is silent', () => {
    expect(lengths(always(silent, 36))).toEqual(Array<number>(36).fill(12))
    const rejections = [allRejected, silent, allRejected, silent, allRejected, silent]
    expect(lengths(rejections)).toEqual([12, 8, 8, 4, 4, 0])
  })
})

test('what lies further back than the window is forgotten', () => {
  const policy = windowedLength({ startTokens: 4, windowTokens: 8 })
  const steps = replay(policy, [{ draftable: 4, agreeing: 1 }, ...always(allAccepted, 3)])
  // Rates 1/4, 5/8 and 8/8.
  expect(steps.map(({ maxTokens }) => maxTokens)).toEqual([4, 4, 4, 8])
})

test('cuts a draft that is longer than it asked for', () => {
  expect(
    windowedLength()
      .open()
      .cut({ tokens: new Int32Array(13), drafter: 'long' }),
  ).toBe(12)
})

test('defaults fit into a smaller range', () => {
  expect(replay(windowedLength({ maxTokens: 2 }), [allAccepted])[0]?.maxTokens).toBe(2)
  expect(replay(windowedLength({ minTokens: 20 }), [allAccepted])[0]?.maxTokens).toBe(20)
})

test.each<[WindowedLengthOptions, string]>([
  [{ maxTokens: 0 }, 'maxTokens must be an integer from 1 to 256, got 0'],
  [{ minTokens: 25 }, 'minTokens must be an integer from 1 to 24, got 25'],
  [{ startTokens: 3 }, 'startTokens must be an integer from 4 to 24, got 3'],
  [{ windowTokens: 0.5 }, 'windowTokens must be an integer from 1 to 65536, got 0.5'],
  [{ lowerBelow: Number.NaN }, 'lowerBelow must be a number from 0 to 1, got NaN'],
  [{ raiseAbove: 0.5 }, 'raiseAbove must be a number from 0.6 to 1, got 0.5'],
  [{ stepTokens: 0 }, 'stepTokens must be an integer from 1 to 256, got 0'],
  [{ pauseAfterSteps: 0 }, 'pauseAfterSteps must be an integer from 1 to 1000000, got 0'],
  [{ pauseTokens: -1 }, 'pauseTokens must be an integer from 1 to 1000000, got -1'],
])('rejects %j', (options, message) => {
  expect(() => windowedLength(options)).toThrow(message)
  expect(codeOf(() => windowedLength(options))).toBe('ERR_OPTION_INVALID')
})

describe('the controller', () => {
  test('is the naive one', () => law((settings) => windowedLength(settings)))

  // One policy per mistake; the law must catch each.
  test.each<[string, Mistake]>([
    ['averages rates', { averagesRates: true }],
    ['takes silence for rejection', { punishesSilence: true }],
    ['pauses a silent drafter', { pausesSilence: true }],
    ['has a window one token too long', { extraWindowTokens: 1 }],
    ['leaves the range', { leavesRange: true }],
    ['never pauses', { pauses: false }],
    ['ends its pauses early', { pausesBySteps: true }],
    ['tries once only after a pause', { remembersEmptySteps: true }],
  ])('an offender that %s is caught', async (_, mistake) => {
    await expect(law((settings) => naiveWindowed(settings, mistake))).rejects.toThrow('Property failed')
  })

  test('finds its way back to the longest draft after any history', () =>
    fc.assert(
      fc.asyncProperty(settingsInRange, histories, async (settings, history) => {
        const { windowTokens, pauseTokens, maxTokens } = settings
        // A pause, a window of the shortest drafts and a rise of one token a step at most.
        const stepsBack = pauseTokens + windowTokens + maxTokens
        const steps = replay(windowedLength(settings), [...history, ...always(allAccepted, stepsBack + 1)])
        expect(steps.at(-1)?.maxTokens).toBe(maxTokens)
      }),
    ))
})

/** Equal lengths on any history; at least 30 % of the cases pause and at least 30 % rise. */
async function law(create: (settings: Required<WindowedLengthOptions>) => LengthPolicy): Promise<void> {
  const seen = { cases: 0, paused: 0, rose: 0 }
  await fc.assert(
    fc.asyncProperty(settingsInRange, histories, async (settings, history) => {
      const expected = replay(naiveWindowed(settings), history)
      seen.cases++
      if (expected.some(({ maxTokens }) => maxTokens === 0)) seen.paused++
      if (expected.some(({ maxTokens }) => maxTokens > settings.startTokens)) seen.rose++
      expect(replay(create(settings), history)).toEqual(expected)
    }),
    { numRuns: 300 },
  )
  expect(seen.paused / seen.cases).toBeGreaterThan(0.3)
  expect(seen.rose / seen.cases).toBeGreaterThan(0.3)
}

const settingsInRange: fc.Arbitrary<Required<WindowedLengthOptions>> = fc
  .record({
    range: fc.tuple(fc.integer({ min: 1, max: 8 }), fc.nat({ max: 8 }), fc.nat({ max: 8 })),
    rates: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
    windowTokens: fc.integer({ min: 1, max: 24 }),
    stepTokens: fc.integer({ min: 1, max: 5 }),
    pauseAfterSteps: fc.integer({ min: 1, max: 4 }),
    pauseTokens: fc.integer({ min: 1, max: 8 }),
  })
  .map(({ range: [minTokens, toStart, toEnd], rates: [one, other], ...rest }) => ({
    ...rest,
    minTokens,
    startTokens: minTokens + toStart,
    maxTokens: minTokens + toStart + toEnd,
    lowerBelow: Math.min(one, other) / 10,
    raiseAbove: Math.max(one, other) / 10,
  }))

// Runs of one kind, since rises and pauses need several steps alike.
const histories: fc.Arbitrary<readonly Answer[]> = fc
  .array(
    fc.record({
      answer: fc.oneof(
        fc.constantFrom(allAccepted, allRejected, silent),
        fc.record({ draftable: fc.nat({ max: 24 }), agreeing: fc.nat({ max: 24 }) }),
      ),
      times: fc.integer({ min: 1, max: 6 }),
    }),
    { minLength: 4, maxLength: 24 },
  )
  .map((runs) => runs.flatMap(({ answer, times }) => [...always(answer, times)]))

function codeOf(run: () => unknown): ErrorCode | undefined {
  try {
    run()
  } catch (error) {
    return SpeculationError.is(error) ? error.code : undefined
  }
  return undefined
}
