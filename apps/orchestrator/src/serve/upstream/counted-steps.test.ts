import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { TextPieceEvent } from '../text-event.js'
import { CountedSteps } from './counted-steps.js'
import type { StreamTimings } from './stream-chunk.js'

/** A step as llama-server makes it: drafted tokens, how many were accepted, and whether its tokens show anything. */
interface MadeStep {
  readonly drafted: number
  readonly accepted: number
  readonly shows: boolean
}

type Reader = Pick<CountedSteps, 'push' | 'end'>

const made: fc.Arbitrary<MadeStep> = fc
  .record({ drafted: fc.integer({ min: 0, max: 5 }), part: fc.nat({ max: 5 }), shows: fc.boolean() })
  .map(({ drafted, part, shows }) => ({ drafted, accepted: Math.min(drafted, part), shows }))

/** What llama-server sends for these steps: one chunk a token, with its counts so far. */
function chunksOf(steps: readonly MadeStep[]): { readonly text: string; readonly timings: StreamTimings }[] {
  const counts = { cache_n: 0, prompt_n: 1, predicted_n: 0, predicted_ms: 0, draft_n: 0, draft_n_accepted: 0 }
  return steps.flatMap(({ drafted, accepted, shows }, index) => {
    counts.draft_n += drafted
    counts.draft_n_accepted += accepted
    counts.predicted_ms += index + 1
    return Array.from({ length: accepted + 1 }, (_, at) => {
      counts.predicted_n++
      return { text: shows ? `${index}.${at} ` : '', timings: { ...counts } }
    })
  })
}

/** Read back, the steps are those that were made; `cut` chunks come, as where the answer ends within a step. */
function law(reader: (drafter: string) => Reader): void {
  fc.assert(
    fc.property(fc.array(made, { minLength: 1, maxLength: 12 }), fc.nat({ max: 6 }), (steps, cut) => {
      const all = chunksOf(steps)
      const chunks = all.slice(0, Math.max(1, all.length - cut))
      const read = reader('ngram')
      const events = chunks.flatMap(({ text, timings }) => read.push(text, timings) ?? [])
      events.push(...[read.end() ?? []].flat())
      expect(events.map(toldOf)).toEqual(expectedOf(steps, chunks.length))
    }),
  )
}

function toldOf({ pieces, step }: TextPieceEvent): object {
  const { index, drafter, tokens, draftedTokens, acceptedTokens, verifyMs, width } = step ?? {}
  return { index, drafter, tokens, draftedTokens, acceptedTokens, verifyMs, width, pieces }
}

function expectedOf(steps: readonly MadeStep[], length: number): object[] {
  let left = length
  return steps.flatMap(({ drafted, accepted, shows }, index) => {
    const tokens = Math.min(left, accepted + 1)
    left -= tokens
    if (tokens === 0) return []
    const drafter = drafted > 0 ? 'ngram' : ''
    const pieces = Array.from({ length: shows ? tokens : 0 }, (_, at) => ({
      text: `${index}.${at} `,
      drafter: at < accepted ? drafter : '',
    }))
    const counts = { draftedTokens: drafted, acceptedTokens: accepted, width: drafted + 1 }
    return [{ index, drafter, tokens, ...counts, verifyMs: index + 1, pieces }]
  })
}

test('steps are read back from what llama-server counts', () => law((drafter) => new CountedSteps(drafter)))

describe('an offender is caught', () => {
  test.each<[string, (steps: CountedSteps) => Reader]>([
    [
      'forgets the last step',
      (steps) => ({ push: (text, timings) => steps.push(text, timings), end: () => undefined }),
    ],
    [
      'takes every token of a drafted step for drafted',
      (steps) => {
        const relabelled = (event: TextPieceEvent | undefined): TextPieceEvent | undefined =>
          event && { ...event, pieces: event.pieces.map((piece) => ({ ...piece, drafter: event.step?.drafter ?? '' })) }
        return { push: (text, timings) => relabelled(steps.push(text, timings)), end: () => relabelled(steps.end()) }
      },
    ],
    [
      'does not see what was drafted in vain',
      (steps) => ({
        push: (text, timings) => steps.push(text, { ...timings, draft_n: timings.draft_n_accepted }),
        end: () => steps.end(),
      }),
    ],
  ])('one that %s', (_, change) => {
    expect(() => law((drafter) => change(new CountedSteps(drafter)))).toThrow('Property failed')
  })
})

test('tokens whose text came together are told together', () => {
  const steps = new CountedSteps('ngram')
  const counts = { cache_n: 0, prompt_n: 1, predicted_ms: 1 }
  expect(steps.push('é', { ...counts, predicted_n: 2 })).toMatchObject({ step: { tokens: 2, draftedTokens: 0 } })
  expect(steps.push('!', { ...counts, predicted_n: 3 })).toMatchObject({ step: { index: 1, tokens: 1 } })
  expect(steps.end()).toBeUndefined()
})
