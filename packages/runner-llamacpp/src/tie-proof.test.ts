import { CONTRACT_VERSION, type Verdict } from '@foretoken/contract'
import { describe, expect, test } from 'vitest'
import {
  knowingDrafter,
  type MemoryModel,
  type MemoryModelOptions,
  memoryModel,
  onePrompt,
} from '../test/memory-model.js'
import { type CompareOptions, compareWithPlain } from './compare-with-plain.js'
import type { Recording } from './recorded-target.js'
import { proveTie, type TieQuestion } from './tie-proof.js'

/** 60 tokens, 1 + the index, and an end of text, but for two tokens that are equally good at one place: the width decides. */
interface Tie {
  readonly at: number
  readonly gap?: number
  /** By how much leads move between the widths everywhere else. */
  readonly movement?: number
}

const OTHER = 500
const END = 61
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
  const { at } = tie
  const guess = draftOther ? plainText(END).with(at, OTHER) : plainText(END)
  const drafter = (): ReturnType<typeof knowingDrafter> =>
    knowingDrafter(guess, (index) => index % 4 === 3 && index !== at)
  return compareWithPlain({
    model: memoryModel({ next, endOfText: END }),
    prompt: onePrompt,
    drafter,
    draftTimeoutMs: 60_000,
    repetitions: 2,
  })
}

describe('two tokens that are equally good', () => {
  test.each([
    { name: 'in the middle of a draft, refused', at: 29 },
    { name: 'in the middle of a draft, accepted', at: 29, draftOther: true },
    { name: 'at the start of the text', at: 0 },
    { name: 'at the end of the text, before a drafted end of text', at: 58, draftOther: true },
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
      draftTimeoutMs: 60_000,
      repetitions: 1,
    })
    expect(identical).toBe(false)
    expect(divergence?.index).toBe(17)
    expect(divergence?.proof).toMatchObject({ holds: false, reason: expect.stringContaining('ends') })
  })
})

describe('what fresh contexts decide counts', () => {
  // The plain text is 4 5 6 7 8; the drafted one took 9 for the 7, in a step of width 4 behind the 4.
  const plain = recordingOf([4, 5, 6, 7, 8].map((next) => ({ next })))
  const drafted = recordingOf([{ next: 4 }, { draft: [5, 6, 9], accepted: 3, next: 8 }])
  const one = (next: number): Partial<Verdict> => ({ next, topGap: 0.01 })
  const four = (verdict: Partial<Verdict> = {}): Partial<Verdict> => ({ width: 4, accepted: 2, ...one(9), ...verdict })
  const refused = (next: number): Partial<Verdict> => ({ width: 4, next, topGap: 0.95 })
  const plainAgain = [one(4), one(5), one(6), one(7)]
  const moved = [refused(4), refused(5), { ...refused(6), topGap: 0.98 }]

  test.each([
    { name: 'both tokens come again', answers: [...plainAgain, one(4), four(), ...moved], holds: true },
    {
      name: 'the drafted token comes again only where the text before it is decoded at once',
      answers: [...plainAgain, one(4), four(one(7)), four(), ...moved],
      holds: true,
    },
    { name: 'the text before the plain token differs', answers: [one(4), one(3), one(6), one(7)] },
    { name: 'another plain token comes', answers: [one(4), one(5), one(6), one(9)] },
    {
      name: 'the drafted token comes elsewhere',
      answers: [...plainAgain, one(4), four({ accepted: 1 }), four({ accepted: 1 }), ...moved],
    },
    {
      name: 'the width is another',
      answers: [...plainAgain, one(4), four({ width: 3 }), four({ width: 3 }), ...moved],
    },
    { name: 'another drafted token comes', answers: [...plainAgain, one(4), four(one(7)), four(one(7)), ...moved] },
    { name: 'movement is only seen at another token', answers: [...plainAgain, one(4), four(), refused(1)] },
    { name: 'movement is only seen at another width', answers: [...plainAgain, one(4), four(), one(4)] },
  ])('$name', async ({ answers, holds = false }) => {
    const { gap, proof } = await proveTie({
      model: answeringModel(answers),
      prompt: onePrompt,
      plain,
      drafted,
      index: 3,
    })
    expect(proof).toMatchObject({ holds, samples: holds ? 3 : 0, width: 4 })
    if (holds) expect([gap, proof.movement]).toEqual([0.02, expect.closeTo(0.05)])
  })

  test('each is asked for its own way of decoding', async () => {
    const model = answeringModel([...plainAgain, one(4), four(one(7)), four(), ...moved])
    await proveTie({ model, prompt: onePrompt, plain, drafted, index: 3 })
    const single = { prefix: [0], draft: [] }
    // The 9 lost its place in the draft, so that the target has to name it.
    expect(model.asked).toEqual([
      ...[single, single, single, single],
      ...[single, { prefix: [0], draft: [5, 6, 4] }],
      { prefix: [0, 4], draft: [5, 6, 4] },
      ...[5, 4, 4].map((token) => ({ prefix: [0], draft: [token, token, token] })),
    ])
  })
})

function recordingOf(steps: readonly { draft?: readonly number[]; accepted?: number; next: number }[]): Recording {
  const tokens: number[] = []
  const recorded = steps.map(({ draft = [], accepted = 0, next }) => {
    const start = tokens.length
    tokens.push(...draft.slice(0, accepted), next)
    return { start, draft: Int32Array.from(draft), verdict: verdictOf({ accepted, next, width: draft.length + 1 }) }
  })
  return { promptMs: 0, steps: recorded, tokens }
}

function verdictOf(verdict: Partial<Verdict>): Verdict {
  return { accepted: 0, next: 0, end: '', width: 1, verifyMs: 0, topGap: 1, ...verdict }
}

/** A model that gives these verdicts in turn, and what it was asked. */
function answeringModel(answers: readonly Partial<Verdict>[]): TieQuestion['model'] & {
  readonly asked: { readonly prefix: number[]; readonly draft: number[] }[]
} {
  const asked: { prefix: number[]; draft: number[] }[] = []
  const none = async (): Promise<void> => {}
  return {
    asked,
    openTarget: async () => ({
      contractVersion: CONTRACT_VERSION,
      rollback: 'trim',
      open: async (prefix) => ({
        depth: 0,
        contextTokens: 0,
        async verify(draft) {
          asked.push({ prefix: [...prefix], draft: [...draft] })
          return verdictOf(answers[asked.length - 1] ?? {})
        },
        [Symbol.asyncDispose]: none,
      }),
      [Symbol.asyncDispose]: none,
    }),
  }
}

test('of two differing pairs the one that is no tie is told', async () => {
  let runs = 0
  // A wide step goes wrong at token 10; the warm-up and the first pair draft two tokens, the second sixteen.
  const next: MemoryModelOptions['next'] = (sequence, width) =>
    width > 8 && sequence.length === 11 ? { token: OTHER, gap: 3 } : tied({ at: 29 })(sequence, width)
  const policy: CompareOptions['policy'] = () => {
    const maxTokens = ++runs <= 2 ? 2 : 16
    return {
      contractVersion: 1,
      name: 'two-then-sixteen',
      open: () => ({ limits: () => ({ maxTokens, minProbability: 0 }), cut: (d) => d.tokens.length, observe() {} }),
    }
  }
  const { identical, divergence } = await compareWithPlain({
    model: memoryModel({ next }),
    prompt: onePrompt,
    drafter: () => knowingDrafter(plainText(60)),
    policy,
    maxTokens: 60,
    draftTimeoutMs: 60_000,
    repetitions: 2,
  })
  expect(identical).toBe(false)
  expect(divergence).toMatchObject({ index: 10, proof: { holds: false, width: 17 } })
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
