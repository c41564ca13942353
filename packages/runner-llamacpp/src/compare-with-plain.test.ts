import { SpeculationError } from '@foretoken/contract'
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type KnowingDrafter, knowingDrafter, memoryModel, onePrompt, script } from '../test/memory-model.js'
import { wrongModel } from '../test/wrong-model.js'
import { type CompareOptions, compareWithPlain } from './compare-with-plain.js'

const END = 9_999
const text = [...Array.from({ length: 300 }, (_, index) => 1 + ((index * 7) % 50)), END]
const honest = memoryModel({ next: script(text), endOfText: END })
const everyThirdWrong = (index: number): boolean => index % 3 === 2

function compare(options: Partial<CompareOptions> = {}): ReturnType<typeof compareWithPlain> {
  const drafter = (): KnowingDrafter => knowingDrafter(text, everyThirdWrong)
  return compareWithPlain({ model: honest, prompt: onePrompt, drafter, draftTimeoutMs: 60_000, ...options })
}

afterEach(() => {
  vi.useRealTimers()
})

describe('an honest target', () => {
  test('gives identical tokens in fewer steps', async () => {
    const { identical, divergence, deterministic, plain, drafted } = await compare({ repetitions: 2 })
    expect({ identical, divergence, deterministic }).toEqual({ identical: true, deterministic: true })
    for (const run of [...plain, ...drafted]) {
      expect([...run.tokens]).toEqual(text)
      expect(run.text).toBe(`${text.slice(0, -1).join(' ')} `)
      expect(run.summary.finish).toBe('end-of-text')
    }
    expect(plain.map(({ summary }) => summary.steps)).toEqual([301, 301])
    expect(drafted.map(({ summary }) => summary.steps)).toEqual([101, 101])
  })

  test('is identical whatever is drafted and wherever the text stops', async () => {
    const law = fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 2, max: 5 }),
      fc.array(fc.constantFrom('1 2', '3 ', '2 2 2', ' 1'), { maxLength: 2 }),
      fc.integer({ min: 1, max: 50 }),
      async (words, wrongEvery, stop, maxTokens) => {
        const model = memoryModel({ next: script(words), endOfText: 0 })
        const drafter = (): KnowingDrafter => knowingDrafter(words, (index) => index % wrongEvery === wrongEvery - 1)
        const { identical, plain, drafted } = await compare({ model, drafter, stop, maxTokens, repetitions: 1 })
        expect(identical).toBe(true)
        expect(drafted[0]?.text).toBe(plain[0]?.text)
        expect(model.openContexts).toBe(0)
      },
    )
    await fc.assert(law, { numRuns: 100 })
  })
})

test('pairs alternate, each run in a context and with a drafter of its own, which are disposed of', async () => {
  const model = memoryModel({ next: script(text), endOfText: END })
  let made = 0
  let disposed = 0
  const drafter = (): KnowingDrafter => {
    made++
    return { ...knowingDrafter(text), [Symbol.dispose]: () => void disposed++ }
  }
  const order: string[] = []
  const onRun: CompareOptions['onRun'] = ({ mode, repetition }) => void order.push(`${mode} ${repetition}`)
  await compare({ model, drafter, repetitions: 3, onRun })
  expect(order).toEqual(['plain 0', 'drafted 0', 'drafted 1', 'plain 1', 'plain 2', 'drafted 2'])
  // Three pairs and the pair that warms up; a plain run makes no drafter.
  expect({ made, disposed }).toEqual({ made: 4, disposed: 4 })
  expect([model.openedContexts, model.openContexts]).toEqual([8, 0])
})

test('the speed-up is the ratio of generation times, pair by pair, without the prompt', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  let slowness = 1
  const model = memoryModel({
    next: script(text),
    endOfText: END,
    beforeOpen: () => void vi.advanceTimersByTime(5_000),
    beforeVerify: (width) => void vi.advanceTimersByTime(slowness * (8 + 2 * width)),
  })
  const policy: CompareOptions['policy'] = () => ({
    contractVersion: 1,
    name: 'three',
    open: () => ({ limits: () => ({ maxTokens: 3, minProbability: 0 }), cut: (d) => d.tokens.length, observe() {} }),
  })
  // How slow the machine is in each run: plain, drafted; drafted, plain; plain, drafted.
  const course = [1, 1, 4, 2, 2, 1]
  let runs = 0
  const onRun = (): void => {
    slowness = course[++runs] ?? 1
  }
  const compared = await compare({ model, drafter: () => knowingDrafter(text), policy, repetitions: 3, onRun })
  const { plain, drafted, speedup } = compared
  expect(plain.map(({ promptMs }) => promptMs)).toEqual([5_000, 5_000, 5_000])
  // 301 steps of width 1; or 75 steps of width 4 and one of width 1.
  const [plainMs, draftedMs] = [301 * 10, 75 * 16 + 10]
  expect(plain.map(({ generateMs }) => generateMs)).toEqual([plainMs, 2 * plainMs, 2 * plainMs])
  expect(drafted.map(({ generateMs }) => generateMs)).toEqual([draftedMs, 4 * draftedMs, draftedMs])
  expect(plain[0]?.tokensPerSecond).toBe(100)
  const ratio = plainMs / draftedMs
  expect(speedup).toEqual({ median: ratio, min: ratio / 2, max: ratio * 2 })
})

test('equal texts compare by time, also where a stop string leaves other tokens committed', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  const model = memoryModel({ next: script(text), beforeVerify: () => void vi.advanceTimersByTime(10) })
  // Plainly the 2 ends a step of its own before the 9 behind it completes the stop string.
  const stop = [`${text[7]} ${text[8]}`]
  const { identical, plain, drafted, speedup } = await compare({
    model,
    stop,
    drafter: () => knowingDrafter(text),
    repetitions: 1,
  })
  expect(identical).toBe(true)
  expect([plain[0]?.tokens.length, drafted[0]?.tokens.length]).toEqual([8, 7])
  expect(speedup.median).toBe(9)
})

test('a session that accepts one bad token in a hundred is found out', async () => {
  const { identical, divergence, deterministic } = await compare({ model: wrongModel(honest), repetitions: 1 })
  expect(identical).toBe(false)
  expect(deterministic).toBe(true)
  expect(divergence?.proof).toMatchObject({ holds: false, reason: expect.stringContaining('drafted token') })
})

test('plain runs that differ among themselves are told', async () => {
  let calls = 0
  const next = (sequence: readonly number[]): { token: number; gap: number } => ({
    token: ++calls % 1_000 === 0 ? 77 : (text[sequence.length - 1] ?? 0),
    gap: 1,
  })
  const { deterministic, identical } = await compare({ model: memoryModel({ next, endOfText: END }), repetitions: 2 })
  expect({ deterministic, identical }).toEqual({ deterministic: false, identical: false })
})

test('a cancelled comparison throws and closes its contexts', async () => {
  const model = memoryModel({ next: script(text), endOfText: END })
  const controller = new AbortController()
  const onRun = (): void => controller.abort()
  const error: unknown = await compare({ model, onRun, signal: controller.signal }).catch((reason) => reason)
  expect(SpeculationError.is(error, 'ERR_ABORTED')).toBe(true)
  expect(model.openContexts).toBe(0)
})

test('refuses no repetitions', async () => {
  await expect(compare({ repetitions: 0 })).rejects.toThrow('repetitions')
})
