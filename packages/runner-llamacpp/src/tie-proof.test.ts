import { describe, expect, test } from 'vitest'
import {
  knowingDrafter,
  type MemoryModel,
  type MemoryModelOptions,
  memoryModel,
  onePrompt,
} from '../test/memory-model.js'
import { type CompareOptions, compareWithPlain } from './compare-with-plain.js'

/** Token 1 + the index, but for two tokens that are equally good at one place: the width decides. */
interface Tie {
  readonly at: number
  readonly gap?: number
  /** By how much leads move between the widths everywhere else. */
  readonly movement?: number
  readonly length?: number
}

const OTHER = 500
const plainText = (length: number): number[] => Array.from({ length }, (_, index) => 1 + index)

function tied({ at, gap = 0.004, movement = 0.01 }: Tie): MemoryModelOptions['next'] {
  return (sequence, width) => {
    const index = sequence.length - 1
    if (index === at) return { token: width === 1 ? 1 + at : OTHER, gap }
    return { token: 1 + index, gap: 2 + (width === 1 ? 0 : movement * Math.sin(index)) }
  }
}

async function judge(
  tie: Tie,
  { next = tied(tie), draftOther = false }: { next?: MemoryModelOptions['next']; draftOther?: boolean } = {},
): ReturnType<typeof compareWithPlain> {
  const { at, length = 60 } = tie
  const guess = draftOther ? plainText(length).with(at, OTHER) : plainText(length)
  const drafter = (): ReturnType<typeof knowingDrafter> =>
    knowingDrafter(guess, (index) => index % 4 === 3 && index !== at)
  return compareWithPlain({
    model: memoryModel({ next }),
    prompt: onePrompt,
    drafter,
    maxTokens: length,
    repetitions: 2,
  })
}

describe('two tokens that are equally good', () => {
  test.each([
    { name: 'in the middle of a draft, refused', at: 29 },
    { name: 'in the middle of a draft, accepted', at: 29, draftOther: true },
    { name: 'at the start of the text', at: 0 },
    { name: 'at the end of the text', at: 59 },
  ])('are a tie $name', async ({ at, draftOther = false }) => {
    const { identical, divergence, deterministic } = await judge({ at }, { draftOther })
    expect({ identical, deterministic }).toEqual({ identical: 'tie', deterministic: true })
    expect(divergence).toMatchObject({ index: at, gap: 0.008, proof: { holds: true, samples: 16 } })
    expect(divergence?.proof.width).toBeGreaterThan(1)
    expect(divergence?.proof.movement).toBeGreaterThan(0.009)
    expect(divergence?.proof.movement).toBeLessThanOrEqual(0.01)
  })
})

describe('a difference is no tie', () => {
  test('where one token leads by more than the logits move', async () => {
    const { identical, divergence } = await judge({ at: 29, gap: 0.03 })
    expect(identical).toBe(false)
    expect(divergence).toMatchObject({ gap: 0.06, proof: { holds: false, samples: 16 } })
  })

  test('where the logits do not move at all', async () => {
    expect((await judge({ at: 29, movement: 0 })).identical).toBe(false)
  })

  test('where the target does not tell its gap', async () => {
    const at = 29
    const next: MemoryModelOptions['next'] = (sequence, width) => ({ token: tied({ at })(sequence, width).token })
    const { identical, divergence } = await judge({ at }, { next })
    expect(identical).toBe(false)
    expect(divergence?.proof.holds).toBe(false)
  })

  test.each([
    { name: 'the drafted token', mode: 'drafted', stale: (width: number) => width > 1 },
    { name: 'the plain token', mode: 'plain', stale: (width: number) => width === 1 },
  ])('where $name does not come again in a fresh context', async ({ mode, stale }) => {
    const at = 29
    // Chosen in both repetitions, but not once more in the proof.
    let calls = 0
    const next: MemoryModelOptions['next'] = (sequence, width) => {
      const best = tied({ at })(sequence, width)
      if (sequence.length - 1 !== at || !stale(width)) return best
      calls++
      return calls <= 2 ? best : { ...best, token: width === 1 ? OTHER : 1 + at }
    }
    const { identical, divergence } = await judge({ at }, { next })
    expect(identical).toBe(false)
    expect(divergence?.proof.reason).toContain(`the ${mode} token`)
  })

  test('where one text ends and the other goes on', async () => {
    const { identical, divergence } = await compareWithPlain({
      model: endingEarly(memoryModel({ next: (sequence) => ({ token: sequence.length, gap: 1 }) })),
      prompt: onePrompt,
      drafter: () => knowingDrafter(plainText(60)),
      maxTokens: 60,
      repetitions: 1,
    })
    expect(identical).toBe(false)
    expect(divergence?.index).toBe(17)
    expect(divergence?.proof).toMatchObject({ holds: false, reason: expect.stringContaining('ends') })
  })
})

/** A model whose sessions end after their first drafted step. */
function endingEarly(model: MemoryModel): CompareOptions['model'] {
  return {
    textDecoder: () => model.textDecoder(),
    async openTarget() {
      const target = await model.openTarget()
      return {
        ...target,
        async open(prompt) {
          const session = await target.open(prompt)
          return {
            ...session,
            async verify(draft) {
              const verdict = await session.verify(draft)
              return verdict.width > 1 ? { ...verdict, end: 'context-full' } : verdict
            },
          }
        },
      }
    },
  }
}
