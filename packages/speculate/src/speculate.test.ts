import type { LengthState, Step, Target } from '@foretoken/contract'
import { describe, expect, test } from 'vitest'
import { loopLaw } from '../test/loop-law.js'
import { collect, memoryTarget, plainText } from '../test/memory-target.js'
import { mixedDraft, sampleDrafter } from '../test/sample-drafter.js'
import { samplePolicy } from '../test/sample-policy.js'
import { type SpeculateOptions, speculate } from './index.js'

const prompt = Int32Array.of(1, 2, 3)
const draftTimeoutMs = 60_000

test('says what the target alone says, in fewer steps', async () => {
  const drafter = sampleDrafter()
  const steps = await collect(speculate({ target: memoryTarget(), prompt, drafter, maxTokens: 40, draftTimeoutMs }))
  expect(textOf(steps)).toEqual(plainText(prompt, { maxTokens: 40 }))
  expect(steps.map((step) => step.tokens.length)).toEqual([17, 17, 6])
})

test('plain decoding consults no policy', async () => {
  const policy = samplePolicy()
  const steps = await collect(speculate({ target: memoryTarget(), prompt, policy, maxTokens: 5 }))
  expect(textOf(steps)).toEqual(plainText(prompt, { maxTokens: 5 }))
  expect(policy.seen).toEqual({ opened: 0, limits: 0, cuts: 0, observed: [] })
  expect(steps.map(({ drafter, width, draftMs }) => ({ drafter, width, draftMs }))).toEqual(
    Array(5).fill({ drafter: '', width: 1, draftMs: 0 }),
  )
})

test('a target that cannot roll back is never given a draft, and the steps say so', async () => {
  const drafter = sampleDrafter()
  const target = memoryTarget({ rollback: 'none' })
  const steps = await collect(speculate({ target, prompt, drafter, maxTokens: 3, draftTimeoutMs }))
  expect(textOf(steps)).toEqual(plainText(prompt, { maxTokens: 3 }))
  expect(drafter.seen.opened).toBe(0)
  expect(steps.map((step) => step.dropped)).toEqual(
    Array(3).fill('the drafter "sample" was not used: the target cannot roll back rejected tokens'),
  )
})

describe('a drafter that is not asked', () => {
  const idle = (askedCalls: readonly number[]) =>
    samplePolicy({ limits: (call) => ({ maxTokens: askedCalls.includes(call) ? 2 : 0, minProbability: 0 }) })
  const run = (askedCalls: readonly number[], maxTokens: number) => {
    const sizes: number[] = []
    const texts: number[][] = []
    const drafter = sampleDrafter({
      draft(text) {
        texts.push([...text])
        return { tokens: Int32Array.of(-1), drafter: 'wrong' }
      },
      onCommit: () => void sizes.push(drafter.seen.heard.length),
    })
    const options = { target: memoryTarget(), prompt, drafter, policy: idle(askedCalls), maxTokens, draftTimeoutMs }
    return { drafter, sizes, texts, steps: speculate(options) }
  }

  test('hears of its text in large pieces, and of all of it', async () => {
    const { drafter, sizes, steps } = run([], 150)
    for await (const { tokens } of steps) tokens.fill(-7)
    expect(drafter.seen.heard).toEqual(plainText(prompt, { maxTokens: 150 }))
    expect(sizes).toEqual([64, 128, 150])
  })

  test('knows its whole text whenever it is asked', async () => {
    const { texts, sizes, steps } = run([5, 9, 10], 20)
    await collect(steps)
    const text = [...prompt, ...plainText(prompt, { maxTokens: 20 })]
    expect(texts).toEqual([8, 12, 13].map((depth) => text.slice(0, depth)))
    expect(sizes).toEqual([5, 6, 9, 10, 11, 20])
  })
})

test('a policy observes every step, with the draft as it was before the cut', async () => {
  const policy = samplePolicy({
    limits: (call) => ({ maxTokens: call === 1 ? 0 : 4, minProbability: 0.5 }),
    cut: () => 3,
  })
  const minProbabilities: (number | undefined)[] = []
  const drafter = sampleDrafter({
    draft(text, limits) {
      minProbabilities.push(limits.minProbability)
      return mixedDraft(text, limits)
    },
  })
  const options = { target: memoryTarget(), prompt, drafter, policy, maxTokens: 6, draftTimeoutMs }
  const steps = await collect(speculate(options))
  const seen = policy.seen.observed.map(({ draft, sent, accepted, width, batchWidth, depth }) => {
    return { length: draft.tokens.length, drafter: draft.drafter, sent, accepted, width, batchWidth, depth }
  })
  expect(seen).toEqual([
    { length: 4, drafter: 'mixed', sent: 3, accepted: 3, width: 4, batchWidth: 0, depth: 3 },
    { length: 0, drafter: '', sent: 0, accepted: 0, width: 1, batchWidth: 0, depth: 7 },
    { length: 0, drafter: '', sent: 0, accepted: 0, width: 1, batchWidth: 0, depth: 8 },
  ])
  expect(minProbabilities).toEqual([0.5])
  expect(steps.map(({ proposedTokens, draftedTokens }) => [proposedTokens, draftedTokens])).toEqual([
    [4, 3],
    [0, 0],
    [0, 0],
  ])
})

test('a policy hears how much of the batch was others’, and guesses with it at the next one', async () => {
  const widths = [3, 0, 7]
  const asked: number[] = []
  const policy = samplePolicy()
  const open = () => {
    const session = policy.open()
    const limits = (state: LengthState) => {
      asked.push(state.batchWidth)
      return session.limits(state)
    }
    return { ...session, limits }
  }
  const target = sharedTarget(memoryTarget(), widths)
  const drafter = sampleDrafter()
  await collect(speculate({ target, prompt, drafter, policy: { ...policy, open }, maxTokens: 18, draftTimeoutMs }))
  expect(asked).toEqual([0, 3, 0])
  expect(policy.seen.observed.map(({ batchWidth }) => batchWidth)).toEqual(widths)
})

test('steps and observations outlive the views that drafter and target gave', async () => {
  const buffer = new Int32Array(4)
  const probabilities = new Float32Array(4)
  const drafter = sampleDrafter({
    draft(text, limits) {
      buffer.set(mixedDraft(text, { ...limits, maxTokens: 4 }).tokens)
      return { tokens: buffer, probabilities: probabilities.fill(0.5), drafter: 'reusing' }
    },
    onCommit: () => [buffer.fill(-1), probabilities.fill(-1)],
  })
  const policy = samplePolicy({ limits: () => ({ maxTokens: 4, minProbability: 0 }) })
  const options = { target: memoryTarget(), prompt, drafter, policy, maxTokens: 20, draftTimeoutMs }
  const steps = await collect(speculate(options))
  expect(textOf(steps)).toEqual(plainText(prompt, { maxTokens: 20 }))
  expect(steps.flatMap((step) => [...(step.probabilities ?? [])]).every((value) => value === 0.5)).toBe(true)
  expect(policy.seen.observed.some(({ draft }) => draft.tokens.includes(-1))).toBe(false)
})

test('steps say what the target said of their tokens, and only of those that stay', async () => {
  const inner = memoryTarget()
  const target: Target = {
    ...inner,
    async open(tokens, options) {
      const session = await inner.open(tokens, options)
      return {
        ...session,
        async verify(draft, verifying) {
          const verdict = await session.verify(draft, verifying)
          const committed = [...draft.subarray(0, verdict.accepted), verdict.next]
          const choices = committed.map((token) => ({ token, logProbability: -token, top: [] }))
          return { ...verdict, choices, batchWidth: 3 }
        },
      }
    },
  }
  let kept = 0
  const keep = (tokens: Int32Array) => {
    kept += tokens.length
    return kept > 30 ? tokens.length - 1 : tokens.length
  }
  const steps = await collect(speculate({ target, prompt, drafter: sampleDrafter(), keep, draftTimeoutMs }))
  expect(steps.length).toBeGreaterThan(1)
  for (const { tokens, choices = [], batchWidth } of steps) {
    expect(choices.map(({ token }) => token)).toEqual([...tokens])
    expect(batchWidth).toBe(3)
  }
})

test('hands its options on', async () => {
  const opened: unknown[] = []
  const drafter = sampleDrafter({ onOpen: (options) => opened.push(options) })
  const inner = memoryTarget()
  const target: Target = {
    ...inner,
    open(tokens, options) {
      opened.push(options)
      return inner.open(tokens, options)
    },
  }
  const { signal } = new AbortController()
  const session = { sampling: { temperature: 1 } }
  await collect(speculate({ target, prompt, drafter, session, memory: { scope: 'tenant' }, signal, maxTokens: 1 }))
  expect(opened).toEqual([
    { ...session, signal },
    { ...session, scope: 'tenant' },
  ])
})

test.each<[string, Partial<SpeculateOptions>, string]>([
  ['an empty prompt', { prompt: new Int32Array(0) }, 'the number of prompt tokens must be an integer from 1'],
  ['no tokens', { maxTokens: 0 }, 'maxTokens must be an integer from 1'],
  ['half a token', { maxTokens: 1.5 }, 'maxTokens must be an integer from 1'],
  ['no time', { draftTimeoutMs: 0 }, 'draftTimeoutMs must be an integer from 1 to 2147483647, got 0'],
  [
    'another target',
    { target: { ...memoryTarget(), contractVersion: 2 as 1 } },
    'the target speaks contract version 2',
  ],
  ['another drafter', { drafter: { ...sampleDrafter(), contractVersion: 2 as 1 } }, 'sample speaks contract version 2'],
  ['another policy', { policy: { ...samplePolicy(), contractVersion: 2 as 1 } }, 'sample speaks contract version 2'],
])('refuses %s at once', (_, options, message) => {
  const target = memoryTarget()
  expect(() => speculate({ target, prompt, ...options })).toThrow(message)
  expect(target.seen.opened).toBe(0)
})

describe('the loop', () => {
  test('keeps the law', () => loopLaw(speculate))

  // One loop per mistake; the law must catch each.
  test.each<[string, typeof speculate]>([
    ['overshoots', ({ maxTokens = 1, ...options }) => speculate({ ...options, maxTokens: maxTokens + 1 })],
    ['accepts a bad token', (options) => speculate({ ...options, target: acceptingTooMuch(options.target) })],
    ['loses the bonus token', (options) => losingTheBonus(speculate(options))],
    ['leaks the session', (options) => speculate({ ...options, target: neverClosed(options.target) })],
    ['tells the drafter nothing', (options) => speculate({ ...options, drafter: sampleDrafter() })],
    ['never drops a drafter', (options) => withoutDropped(speculate(options))],
  ])('an offender that %s is caught', async (_, offender) => {
    await expect(loopLaw(offender)).rejects.toThrow('Property failed')
  })
})

function acceptingTooMuch(target: Target): Target {
  return {
    ...target,
    async open(tokens, options) {
      const session = await target.open(tokens, options)
      return {
        get depth() {
          return session.depth
        },
        contextTokens: session.contextTokens,
        async verify(draft) {
          const verdict = await session.verify(draft)
          const wrong = verdict.accepted < draft.length
          return wrong ? { ...verdict, accepted: verdict.accepted + 1, width: draft.length + 1 } : verdict
        },
        [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
      }
    },
  }
}

function neverClosed(target: Target): Target {
  return {
    ...target,
    async open(tokens, options) {
      const session = await target.open(tokens, options)
      return Object.assign(Object.create(session), { async [Symbol.asyncDispose]() {} })
    },
  }
}

async function* losingTheBonus(steps: AsyncIterable<Step>): AsyncGenerator<Step, void, void> {
  for await (const step of steps) yield step.acceptedTokens > 0 ? { ...step, tokens: step.tokens.slice(0, -1) } : step
}

async function* withoutDropped(steps: AsyncIterable<Step>): AsyncGenerator<Step, void, void> {
  for await (const { dropped: _, ...step } of steps) yield step
}

function textOf(steps: readonly Step[]): number[] {
  return steps.flatMap((step) => [...step.tokens])
}

/** The same target, whose batches are said to hold so many tokens of others. */
function sharedTarget(target: Target, widths: readonly number[]): Target {
  return {
    ...target,
    async open(tokens, options) {
      const session = await target.open(tokens, options)
      let calls = 0
      return {
        ...session,
        get depth() {
          return session.depth
        },
        async verify(draft, choices) {
          return { ...(await session.verify(draft, choices)), batchWidth: widths[calls++] ?? 0 }
        },
      }
    },
  }
}
