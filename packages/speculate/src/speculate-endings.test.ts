import { SpeculationError, type Step } from '@foretoken/contract'
import { describe, expect, test } from 'vitest'
import { collect, type MemoryTargetOptions, memoryTarget, plainText } from '../test/memory-target.js'
import { type Habits, mixedDraft, sampleDrafter } from '../test/sample-drafter.js'
import { samplePolicy } from '../test/sample-policy.js'
import { type SpeculateOptions, speculate } from './index.js'

// Every way out of a text, at every step: the error that arrives, what was said and heard until then, and that both
// sessions are closed.

const prompt = Int32Array.of(1, 2, 3)
const maxTokens = 30
const text = plainText(prompt, { maxTokens })

/** A text with a drafter that is right now and then, and what became of it. */
function start(options: Partial<SpeculateOptions> = {}, habits: Habits = {}, targetOptions: MemoryTargetOptions = {}) {
  const target = memoryTarget(targetOptions)
  const drafter = sampleDrafter({ draft: mixedDraft, ...habits })
  const steps: Step[] = []
  const loop = speculate({ target, prompt, drafter, maxTokens, draftTimeoutMs: 60_000, ...options })
  return {
    loop,
    steps,
    said: () => steps.flatMap((step) => [...step.tokens]),
    heard: () => drafter.seen.heard,
    calls: () => ({ drafts: drafter.seen.drafts, verified: target.seen.verified }),
    /** Reads on to the end, or for so many steps. */
    async read(times = Number.POSITIVE_INFINITY): Promise<void> {
      while (steps.length < times) {
        const { value } = await loop.next()
        if (value === undefined) return
        steps.push(value)
      }
    },
    sessions: () => ({
      target: [target.seen.opened, target.seen.disposed],
      drafter: [drafter.seen.opened, drafter.seen.disposed],
    }),
  }
}

const closed = { target: [1, 1], drafter: [1, 1] }

const plainRun = start()
await plainRun.read()
const stepCount = plainRun.steps.length
const everyStep = Array.from({ length: stepCount }, (_, index) => index)

test('the example takes several steps, of one and of more tokens', () => {
  expect(stepCount).toBeGreaterThan(5)
  expect(new Set(plainRun.steps.map((step) => step.acceptedTokens)).size).toBeGreaterThan(2)
})

describe('keep', () => {
  test.each(Array.from({ length: maxTokens }, (_, index) => index))('ends the text after %i tokens', async (count) => {
    let shown = 0
    const keep: SpeculateOptions['keep'] = (tokens) => {
      const kept = Math.min(tokens.length, count - shown)
      shown += kept
      return kept
    }
    const policy = samplePolicy()
    const run = start({ keep, policy })
    await run.read()
    expect(run.said()).toEqual(text.slice(0, count))
    expect(run.heard()).toEqual(text.slice(0, count))
    expect(run.steps.at(-1)?.finish).toBe('stopped')
    expect(policy.seen.observed.length).toBe(run.steps.length)
    expect(run.sessions()).toEqual(closed)
  })

  test('that keeps everything changes nothing', async () => {
    const run = start({ keep: () => Number.POSITIVE_INFINITY })
    await run.read()
    expect(run.said()).toEqual(text)
    expect(run.steps.at(-1)?.finish).toBe('max-tokens')
  })

  test.each([-1, 0.5, Number.NaN])('that answers %d is refused', async (kept) => {
    const run = start({ keep: () => kept })
    await expect(run.read()).rejects.toThrow('what keep returns must be an integer from 0 to')
    expect(run.sessions()).toEqual(closed)
  })
})

describe('cancelling', () => {
  test.each(everyStep)('after step %i', async (index) => {
    const controller = new AbortController()
    const run = start({ signal: controller.signal })
    await run.read(index)
    controller.abort('enough')
    if (index > 0) await expectAborted(run)
    else await expectAborted(run, { target: [0, 0], drafter: [0, 0] })
    expect(run.calls()).toEqual({ drafts: index, verified: index })
  })

  test.each(everyStep)('while the draft of step %i is made, by a drafter that listens', async (index) => {
    const controller = new AbortController()
    const run = start(
      { signal: controller.signal },
      {
        draft(drafted, limits, call) {
          if (call === index) controller.abort()
          return mixedDraft(drafted, limits)
        },
      },
    )
    await expectAborted(run)
    expect(run.calls()).toEqual({ drafts: index + 1, verified: index })
    expect(run.steps.length).toBe(index)
  })

  test.each(everyStep)('while the draft of step %i is made, by a drafter that hangs', async (index) => {
    const controller = new AbortController()
    const signals: (AbortSignal | undefined)[] = []
    const run = start(
      { signal: controller.signal },
      {
        draft(drafted, limits, call) {
          if (call < index) return mixedDraft(drafted, limits)
          signals.push(limits.signal)
          queueMicrotask(() => controller.abort())
          return new Promise(() => {})
        },
      },
    )
    await expectAborted(run)
    expect(run.calls()).toEqual({ drafts: index + 1, verified: index })
    expect(run.steps.length).toBe(index)
    expect(signals.map((signal) => signal?.aborted)).toEqual([true])
  })

  test.each(everyStep)('while step %i is verified, whether the target answers or throws', async (index) => {
    for (const fails of [false, true]) {
      const controller = new AbortController()
      const cause = new Error('interrupted')
      const run = start(
        { signal: controller.signal },
        {},
        {
          onVerify(call) {
            if (call !== index) return
            controller.abort()
            if (fails) throw cause
          },
        },
      )
      const error = await expectAborted(run)
      expect(run.steps.length).toBe(index)
      if (fails) expect(error.cause).toBe(cause)
    }
  })

  test('while the prompt is evaluated', async () => {
    const controller = new AbortController()
    const run = start({ signal: controller.signal }, {}, { onOpen: () => controller.abort() })
    await expectAborted(run)
  })

  async function expectAborted(run: ReturnType<typeof start>, sessions: unknown = closed): Promise<Error> {
    const error = await run.read().catch((reason: unknown) => reason)
    if (!SpeculationError.is(error, 'ERR_ABORTED')) throw new Error('not cancelled', { cause: error })
    expect(run.said()).toEqual(text.slice(0, run.said().length))
    expect(run.heard()).toEqual(run.said())
    expect(run.sessions()).toEqual(sessions)
    return error
  }
})

describe('the consumer leaves', () => {
  test.each(everyStep)('by break at step %i', async (index) => {
    const run = start()
    for await (const step of run.loop) if (step.index === index) break
    expect(run.heard()).toEqual(text.slice(0, run.heard().length))
    expect(run.sessions()).toEqual(closed)
  })

  test('by throwing into the loop', async () => {
    const run = start()
    const error = new Error('mine')
    await run.read(1)
    await expect(run.loop.throw(error)).rejects.toBe(error)
    expect(run.sessions()).toEqual(closed)
  })
})

describe('an error passes through', () => {
  const error = new SpeculationError('ERR_ENGINE_LOST', 'the engine is gone')
  const fail = (): never => {
    throw error
  }

  test.each(everyStep)('of the target at step %i', async (index) => {
    const run = start({}, {}, { onVerify: (call) => (call === index ? fail() : undefined) })
    await expect(run.read()).rejects.toBe(error)
    expect(run.steps.length).toBe(index)
    expect(run.sessions()).toEqual(closed)
  })

  test('of the target, also when it cannot be closed then', async () => {
    const onDispose = () => {
      throw new Error('cannot close')
    }
    const run = start({}, {}, { onVerify: fail, onDispose })
    await expect(run.read()).rejects.toBe(error)
    expect(run.sessions()).toEqual(closed)
  })

  test('of opening the target: the drafter, which read the prompt meanwhile, is closed', async () => {
    const run = start({}, {}, { onOpen: fail })
    await expect(run.read()).rejects.toBe(error)
    expect(run.sessions()).toEqual({ target: [0, 0], drafter: [1, 1] })
  })

  test('of closing the target', async () => {
    const run = start({}, {}, { onDispose: fail })
    await expect(run.read()).rejects.toBe(error)
    expect(run.said()).toEqual(text)
    expect(run.sessions()).toEqual(closed)
  })

  test('of opening a policy: the drafter was not opened', async () => {
    const run = start({ policy: samplePolicy({ onOpen: fail }) })
    await expect(run.read()).rejects.toBe(error)
    expect(run.sessions()).toEqual({ ...closed, drafter: [0, 0] })
  })

  test.each([
    ['limits', samplePolicy({ limits: fail })],
    ['cut', samplePolicy({ cut: fail })],
    ['observe', samplePolicy({ onObserve: fail })],
  ])('of a policy’s %s', async (_, policy) => {
    const run = start({ policy })
    await expect(run.read()).rejects.toBe(error)
    expect(run.sessions()).toEqual(closed)
  })

  test('of keep', async () => {
    const run = start({ keep: fail })
    await expect(run.read()).rejects.toBe(error)
    expect(run.heard()).toEqual([])
    expect(run.sessions()).toEqual(closed)
  })
})

test('a second loop on the same target and drafter is a text of its own', async () => {
  const target = memoryTarget()
  const drafter = sampleDrafter({ draft: mixedDraft })
  for (let round = 0; round < 2; round++)
    await collect(speculate({ target, prompt, drafter, maxTokens, draftTimeoutMs: 60_000 }))
  expect(drafter.seen.heard).toEqual(text)
  expect(target.seen).toMatchObject({ opened: 2, disposed: 2 })
})
