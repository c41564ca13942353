import { getEventListeners } from 'node:events'
import type { Draft } from '@foretoken/contract'
import { describe, expect, test, vi } from 'vitest'
import { collect, memoryTarget, plainText } from '../test/memory-target.js'
import { type Habits, mixedDraft, rightDraft, sampleDrafter } from '../test/sample-drafter.js'
import { samplePolicy } from '../test/sample-policy.js'
import { speculate } from './index.js'

// What a drafter can do wrong, and what the steps say of it. Where no time has to run out, none can.

const prompt = Int32Array.of(1, 2, 3)
const maxTokens = 25
const turn = 2

function run(habits: Habits, draftTimeoutMs = 60_000) {
  const drafter = sampleDrafter(habits)
  const policy = samplePolicy()
  const options = { target: memoryTarget(), prompt, drafter, policy, maxTokens, draftTimeoutMs }
  return { drafter, policy, steps: collect(speculate(options)) }
}

/** Good before call number `turn`, then bad. */
function badDraft(bad: () => unknown): Habits {
  return { draft: (text, limits, call) => (call < turn ? mixedDraft(text, limits) : (bad() as Draft)) }
}

function boom(): never {
  throw new Error('boom')
}

const at = (verb: string, reason: string) => `the drafter "sample" was dropped at ${verb}(): ${reason}`

test.each<[string, Habits, string]>([
  ['throws', badDraft(boom), at('draft', 'boom')],
  ['rejects', badDraft(async () => boom()), at('draft', 'boom')],
  ['throws no error', badDraft(() => Promise.reject(null)), at('draft', 'it threw something that is no error')],
  ['drafts nothing at all', badDraft(() => undefined), at('draft', 'the draft is no object')],
  ['drafts null', badDraft(() => null), at('draft', 'the draft is no object')],
  [
    'drafts an array',
    badDraft(() => ({ tokens: [1], drafter: 'sample' })),
    at('draft', 'the tokens of the draft are no Int32Array'),
  ],
  ['is anonymous', badDraft(() => ({ tokens: Int32Array.of(1) })), at('draft', 'the draft does not say who made it')],
  ...[Float32Array.of(0.5), [0.5, 0.5], new Float64Array(2)].map((probabilities): [string, Habits, string] => [
    `gives ${probabilities.constructor.name}(${probabilities.length}) as the probabilities of two tokens`,
    badDraft(() => ({ tokens: Int32Array.of(1, 2), probabilities, drafter: 'sample' })),
    at('draft', 'the probabilities of the draft are no Float32Array as long as its tokens'),
  ]),
  ['refuses a commit', { onCommit: (call) => call < turn || boom() }, at('commit', 'boom')],
  ['rejects a commit', { onCommit: async (call) => call < turn || boom() }, at('commit', 'boom')],
])('a drafter that %s is dropped and the text goes on', async (_, habits, dropped) => {
  const { drafter, policy, steps: text } = run(habits)
  const steps = await text
  expect(steps.flatMap((step) => [...step.tokens])).toEqual(plainText(prompt, { maxTokens }))
  const first = steps.findIndex((step) => step.dropped !== undefined)
  expect(first).toBe(turn)
  expect(steps.slice(first).map((step) => step.dropped)).toEqual(steps.slice(first).map(() => dropped))
  expect(steps.slice(first + 1).every((step) => step.proposedTokens === 0 && step.draftMs === 0)).toBe(true)
  expect(drafter.seen).toMatchObject({ opened: 1, disposed: 1, drafts: turn + 1 })
  // The policy hears of the step in which it happened, and of nothing afterwards.
  expect(policy.seen).toMatchObject({ limits: turn + 1 })
  expect(policy.seen.observed.length).toBe(turn + 1)
})

test('a drafter that cannot be opened is dropped before the first step', async () => {
  const { drafter, steps } = run({ onOpen: boom })
  expect((await steps).every((step) => step.dropped === at('open', 'boom'))).toBe(true)
  expect(drafter.seen).toMatchObject({ opened: 0, disposed: 0, drafts: 0 })
})

test.each<[string, () => void | Promise<void>]>([
  ['throws', boom],
  ['rejects', async () => boom()],
])('a drafter whose disposal %s changes nothing', async (_, onDispose) => {
  const { drafter, steps } = run({ draft: mixedDraft, onDispose })
  expect((await steps).some((step) => step.dropped !== undefined)).toBe(false)
  expect(drafter.seen.disposed).toBe(1)
})

test('the loop ends once the drafter has closed its session', async () => {
  const closed: string[] = []
  const { steps, drafter } = run({
    async onDispose() {
      await new Promise((resolve) => setImmediate(resolve))
      closed.push('at last')
    },
  })
  await steps
  expect(drafter.seen.disposed).toBe(1)
  expect(closed).toEqual(['at last'])
})

test('no timer and no listener outlives its draft', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const { signal } = new AbortController()
    const drafter = sampleDrafter({ draft: async (text, limits) => mixedDraft(text, limits) })
    await collect(speculate({ target: memoryTarget(), prompt, drafter, maxTokens, draftTimeoutMs: 60_000, signal }))
    expect(vi.getTimerCount()).toBe(0)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  } finally {
    vi.useRealTimers()
  }
})

test('a cut below 0 keeps nothing', async () => {
  const policy = samplePolicy({ cut: () => -1 })
  const options = {
    target: memoryTarget(),
    prompt,
    drafter: sampleDrafter(),
    policy,
    maxTokens: 3,
    draftTimeoutMs: 60_000,
  }
  const steps = await collect(speculate(options))
  expect(steps.map((step) => [step.proposedTokens, step.draftedTokens])).toEqual([
    [2, 0],
    [1, 0],
    [0, 0],
  ])
})

test('a draft that is too long is cut, with its probabilities', async () => {
  const { steps } = run({ draft: (text) => rightDraft(text, { maxTokens: 9 }) })
  for (const step of (await steps).slice(0, 3)) {
    expect(step).toMatchObject({ proposedTokens: 5, acceptedTokens: 5 })
    expect(step.probabilities?.length).toBe(5)
  }
})

test('a drafter that does not answer in time is dropped; its signal fires and a late answer is ignored', async () => {
  const signals: (AbortSignal | undefined)[] = []
  const answers: ((draft: Draft) => void)[] = []
  const { drafter, steps } = run(
    {
      draft(_, { signal }) {
        signals.push(signal)
        return new Promise((resolve) => answers.push(resolve))
      },
      // The disposal waits for the draft, as that of a model does; the loop must not wait for it.
      onDispose: () => new Promise(() => {}),
    },
    1,
  )
  const told = await steps
  answers[0]?.({ tokens: Int32Array.of(1), drafter: 'late' })
  expect(told.every((step) => step.dropped === at('draft', 'took longer than 1 ms') && step.drafter === '')).toBe(true)
  expect(told.flatMap((step) => [...step.tokens])).toEqual(plainText(prompt, { maxTokens }))
  expect(signals.map((signal) => signal?.aborted)).toEqual([true])
  expect(drafter.seen).toMatchObject({ opened: 1, disposed: 1 })
})

test('a drafter that is cancelled while it drafts still closes its session before the loop ends', async () => {
  const controller = new AbortController()
  const closed: string[] = []
  const drafter = sampleDrafter({
    draft(_, { signal }) {
      queueMicrotask(() => controller.abort())
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
    },
    async onDispose() {
      await new Promise((resolve) => setImmediate(resolve))
      closed.push('at last')
    },
  })
  const { signal } = controller
  const steps = collect(speculate({ target: memoryTarget(), prompt, drafter, draftTimeoutMs: 60_000, signal }))
  await expect(steps).rejects.toThrow('the caller cancelled the text')
  expect(closed).toEqual(['at last'])
})

test('a late rejection is ignored too', async () => {
  const rejections: ((reason: Error) => void)[] = []
  const { steps } = run({ draft: () => new Promise((_, reject) => rejections.push(reject)) }, 1)
  await steps
  rejections[0]?.(new Error('too late'))
  // An unhandled rejection would fail the run.
  await new Promise((resolve) => setImmediate(resolve))
  expect(rejections.length).toBe(1)
})

describe.each<[string, (wait: () => void) => Habits]>([
  ['draft', (wait) => ({ draft: (text, limits) => [wait(), rightDraft(text, limits)][1] as Draft })],
  ['commit', (wait) => ({ draft: rightDraft, onCommit: wait })],
])('a %s that blocks for too long', (verb, habits) => {
  /** Blocks in the calls from `first` to `last`. */
  function blocking(first: number, last: number): () => void {
    let calls = 0
    return () => {
      calls++
      const blocks = calls >= first && calls <= last
      for (const startedMs = performance.now(); blocks && performance.now() - startedMs < 30; );
    }
  }

  test('is dropped when it does so twice in a row', async () => {
    const { steps } = run(habits(blocking(1, 2)), 20)
    const told = (await steps).map(({ dropped }) => dropped)
    expect(told.slice(0, 2)).toEqual([undefined, at(verb, 'took longer than 20 ms twice in a row')])
  })

  test('is kept when it does so once', async () => {
    const { steps } = run(habits(blocking(1, 1)), 20)
    expect((await steps).at(0)?.dropped).toBeUndefined()
    expect((await steps).at(0)?.acceptedTokens).toBeGreaterThan(0)
  })
})

test.each([
  ['before it is over', 0, false],
  ['too late', 30, true],
])('a signal that is looked at %s says whether the time is up', async (_, waitMs, isUp) => {
  let found: boolean | undefined
  let done = (): void => {}
  const looked = new Promise<void>((resolve) => {
    done = resolve
  })
  const habits: Habits = {
    async draft(text, limits) {
      await new Promise((resolve) => setTimeout(resolve, waitMs))
      found = limits.signal?.aborted
      done()
      return rightDraft(text, limits)
    },
  }
  await run(habits, waitMs === 0 ? 60_000 : 5).steps
  await looked
  expect(found).toBe(isUp)
})
