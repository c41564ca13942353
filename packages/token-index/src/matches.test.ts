import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Matches, type MatchLimits, type Sequence, TokenIndex } from './index.js'
import { LONGEST_MATCH } from './matches.js'

const everything: MatchLimits = { capacity: 1000, maxSteps: 100_000 }

describe('matches', () => {
  test('are those that comparing all with all finds, longest order and newest first', async () => {
    await law(everything)
  })

  test.each([
    { longest: 8, shortest: 2 },
    { longest: 4, shortest: 1 },
    { longest: 1, shortest: 1 },
    { longest: 7, shortest: 6 },
    { longest: 12, shortest: 9 },
  ])('are those of $shortest to $longest tokens', async (lengths) => {
    await law({ ...everything, ...lengths })
  })

  // One finder per mistake; the law must catch each.
  test.each<[string, MatchLimits]>([
    ['looks at the newest only', { ...everything, maxSteps: 1 }],
    ['stops after the first match', { ...everything, capacity: 1 }],
  ])('an offender that %s is caught', async (_, limits) => {
    await expect(law(limits)).rejects.toThrow('Property failed')
  })

  test('end at the beginning of a text', () => {
    const index = new TokenIndex(0)
    index.open(Int32Array.of(7, 8))
    expect(found(index.open(Int32Array.of(9, 7, 8)), everything)).toEqual([{ text: [7, 8], length: 2 }])
  })

  test('do not grow when another session opens', () => {
    const index = new TokenIndex(0)
    const sequence = index.open(Int32Array.of(1, 2, 1, 2))
    const before = found(sequence, everything)
    index.open(Int32Array.of(1, 2, 1, 2))
    expect(found(sequence, everything)).toEqual(before)
  })
})

interface Match {
  /** The text up to the match's end. */
  readonly text: readonly number[]
  readonly length: number
}

// A vocabulary of 3 makes matches of all lengths frequent; turns interleave the writing.
const writings = fc.record({
  sequences: fc.integer({ min: 1, max: 4 }),
  writes: fc.array(fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 2 })), { minLength: 10, maxLength: 120, size: 'max' }),
})

function law(limits: MatchLimits): Promise<void> {
  return fc.assert(
    fc.asyncProperty(writings, async ({ sequences, writes }) => {
      const index = new TokenIndex(0)
      const open = Array.from({ length: sequences }, () => index.open(new Int32Array(0)))
      const log: (readonly number[])[] = []
      const texts: number[][] = open.map(() => [])
      for (const [turn, token] of writes) {
        const text = texts[turn % sequences] as number[]
        text.push(token)
        const sequence = open[turn % sequences] as Sequence
        sequence.append(Int32Array.of(token), 0, 0)
        log.push([...text])
        expect(found(sequence, limits)).toEqual(naiveMatches(log, limits))
      }
    }),
    { numRuns: 30 },
  )
}

/** Compares the last text of the log with all before it. */
function naiveMatches(
  log: readonly (readonly number[])[],
  { longest = LONGEST_MATCH, shortest = 1 }: MatchLimits,
): readonly Match[] {
  const text = log.at(-1) as readonly number[]
  const all = log
    .slice(0, -1)
    .toReversed()
    .map((other) => ({ text: other, length: Math.min(commonSuffix(text, other), longest) }))
  const orders = [6, 2, 1].filter((order) => order <= longest)
  return orders.flatMap((order, index) => {
    const least = Math.max(order, shortest)
    const above = Math.max(orders[index - 1] ?? longest + 1, shortest)
    return all.filter(({ length }) => length >= least && (index === 0 || length < above))
  })
}

function commonSuffix(left: readonly number[], right: readonly number[]): number {
  const most = Math.min(left.length, right.length, LONGEST_MATCH)
  let length = 0
  while (length < most && left.at(-1 - length) === right.at(-1 - length)) length++
  return length
}

function found(sequence: Sequence, limits: MatchLimits): readonly Match[] {
  const matches = new Matches(limits)
  matches.find(sequence)
  return Array.from({ length: matches.count }, (_, index) => {
    const text: number[] = []
    let position = matches.ends[index] as number
    for (; position >= 0; position = sequence.arena.previous(position))
      text.unshift(sequence.arena.tokens[position] as number)
    return { text, length: matches.lengths[index] as number }
  })
}
