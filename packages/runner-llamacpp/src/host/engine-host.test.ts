import { SpeculationError } from '@foretoken/contract'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { memoryModel, onePrompt, script } from '../../test/memory-model.js'
import { type MemoryProcessOptions, memoryProcesses } from '../../test/memory-process.js'
import { generateText, type TextStep } from '../generate-text.js'
import { type EngineEvent, type EngineHost, hostEngine } from './engine-host.js'
import type { HostedEngine } from './serve-engine.js'

interface Request {
  /** The request's text is this number, then the next one, and so on. */
  readonly first: number
  readonly maxTokens: number
}

/** Counts from each request's first number. */
function countingEngine(calls: HostedEngine<Request>['calls'] = {}): HostedEngine<Request> & { saves: number } {
  return {
    facts: { architecture: 'counting' },
    calls,
    saves: 0,
    async *generate({ first, maxTokens }, { answer, signal }) {
      const model = memoryModel({ next: script(Array.from({ length: 99 }, (_, index) => first + index)) })
      await using target = await model.openTarget()
      yield* generateText({ model, target, prompt: onePrompt, maxTokens, answer, signal })
    },
    async save() {
      this.saves++
    },
    async [Symbol.asyncDispose]() {},
  }
}

const settings = { config: {}, closeTimeoutMs: 1_000 }

async function hosted(
  options: Partial<MemoryProcessOptions<Request>> = {},
  more: { readonly mostDeaths?: number; readonly onEvent?: (event: EngineEvent) => void } = {},
) {
  // A host waits before it starts an engine again.
  vi.useFakeTimers({ toFake: ['setTimeout'], shouldAdvanceTime: true, advanceTimeDelta: 1 })
  const processes = memoryProcesses<Request>({ create: async () => countingEngine(), ...options })
  const opening = hostEngine<{ architecture: string }, Request>(processes.start, { ...settings, ...more })
  return { host: await opening, seen: processes.seen }
}

async function read(host: EngineHost<unknown, Request>, request: Request, signal?: AbortSignal): Promise<TextStep[]> {
  const steps: TextStep[] = []
  const reading = (async () => {
    for await (const step of host.generate(request, signal && { signal })) steps.push(step)
  })()
  let over = false
  reading.then(
    () => (over = true),
    () => (over = true),
  )
  while (!over) await vi.advanceTimersByTimeAsync(1_000)
  await reading
  return steps
}

const textOf = (steps: readonly TextStep[]): string =>
  steps.flatMap(({ pieces }) => pieces.map(({ text }) => text)).join('')

const countedText = ({ first, maxTokens }: Request): string =>
  Array.from({ length: maxTokens }, (_, index) => `${first + index} `).join('')

describe('a text', () => {
  test('is that of an undisturbed engine, wherever engines die', async () => {
    let deaths = 0
    const requests = fc.array(fc.record({ first: fc.nat(1_000), maxTokens: fc.integer({ min: 1, max: 12 }) }), {
      minLength: 1,
      maxLength: 4,
    })
    // Never two in a row without a step between them: such requests are given up.
    const moments = fc.uniqueArray(
      fc.integer({ min: 1, max: 30 }).map((index) => index * 3),
      { maxLength: 6 },
    )
    const law = fc.asyncProperty(requests, moments, async (asked, at) => {
      const { host, seen } = await hosted({
        diesAt: (message, index) => message.kind !== 'ready' && at.includes(index),
      })
      const texts = await Promise.all(asked.map((request) => read(host, request)))
      expect(texts.map(textOf)).toEqual(asked.map(countedText))
      for (const steps of texts) expect(steps.map(({ step }) => step.index)).toEqual([...steps.keys()])
      expect(host.restarts).toBe(seen.died)
      deaths += seen.died
      await host[Symbol.asyncDispose]()
    })
    await fc.assert(law, { numRuns: 60 })
    expect(deaths).toBeGreaterThan(20)
  })

  test('is not that of an engine that begins anew', async () => {
    const create = async (): Promise<HostedEngine<Request>> => {
      const engine = countingEngine()
      return {
        ...engine,
        generate: (request, options) => engine.generate(request, { ...options, answer: new Int32Array() }),
      }
    }
    const { host } = await hosted({ create, diesAt: (_, index) => index === 4 })
    const request = { first: 7, maxTokens: 9 }
    expect(textOf(await read(host, request))).not.toBe(countedText(request))
  })

  test('keeps what its engine adds to a step', async () => {
    const create = async (): Promise<HostedEngine<Request>> => {
      const engine = countingEngine()
      return {
        ...engine,
        async *generate(request, options) {
          for await (const step of engine.generate(request, options)) yield { ...step, mood: 'good' }
        },
      }
    }
    const { host } = await hosted({ create })
    const steps = await read(host, { first: 1, maxTokens: 2 })
    expect(steps).toEqual([expect.objectContaining({ mood: 'good' }), expect.objectContaining({ mood: 'good' })])
  })

  test('over which engines die three times in a row is given up, the others go on', async () => {
    const { host, seen } = await hosted({
      diesAt: (message) => message.kind === 'step' && message.step.step.tokens[0] === 50,
    })
    const poison = read(host, { first: 50, maxTokens: 5 })
    await expect(poison).rejects.toMatchObject({ code: 'ERR_ENGINE_LOST' })
    expect(seen.died).toBe(3)
    expect(textOf(await read(host, { first: 1, maxTokens: 3 }))).toBe('1 2 3 ')
  })

  test('ends at once for a reader that leaves or cancels, and the engine goes on', async () => {
    const { host, seen } = await hosted()
    for await (const { step } of host.generate({ first: 1, maxTokens: 90 })) if (step.index === 2) break
    const controller = new AbortController()
    const text = host.generate({ first: 1, maxTokens: 90 }, controller)
    await text.next()
    controller.abort()
    await expect(drain(text)).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    expect(() => controller.signal.throwIfAborted()).toThrow()
    await expect(read(host, { first: 1, maxTokens: 1 }, controller.signal)).rejects.toMatchObject({
      code: 'ERR_ABORTED',
    })
    expect(textOf(await read(host, { first: 5, maxTokens: 2 }))).toBe('5 6 ')
    expect(seen).toEqual({ started: 1, died: 0, left: 0 })
  })
})

describe('an engine', () => {
  test('that cannot load says why, and is not started again', async () => {
    const refusal = new SpeculationError('ERR_MODEL_FORMAT', 'it is damaged', { details: { path: 'x' } })
    const processes = memoryProcesses<Request>({ create: () => Promise.reject(refusal) })
    await expect(hostEngine(processes.start, settings)).rejects.toMatchObject({
      code: 'ERR_MODEL_FORMAT',
      details: { path: 'x' },
    })
    expect(processes.seen).toMatchObject({ started: 1, left: 1 })
  })

  test('tells how much of it is loaded, and may be cancelled meanwhile', async () => {
    const rates: number[] = []
    const controller = new AbortController()
    const processes = memoryProcesses<Request>({
      create: async (_, { onProgress }) => {
        for (const rate of [0.25, 0.5]) onProgress(rate)
        return await new Promise(() => {})
      },
    })
    const onProgress = (rate: number) => {
      rates.push(rate)
      if (rate === 0.5) controller.abort()
    }
    const opening = hostEngine(processes.start, { ...settings, onProgress, signal: controller.signal })
    await expect(opening).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    expect(rates).toEqual([0.25, 0.5])
    expect(processes.seen).toMatchObject({ started: 1, left: 1 })
    await expect(hostEngine(processes.start, { ...settings, signal: controller.signal })).rejects.toMatchObject({
      code: 'ERR_ABORTED',
    })
  })

  test('that dies before it is loaded is an engine lost', async () => {
    const processes = memoryProcesses<Request>({ create: async () => countingEngine(), diesAt: () => true })
    await expect(hostEngine(processes.start, settings)).rejects.toMatchObject({
      code: 'ERR_ENGINE_LOST',
      message: 'the engine was ended by SIGKILL before its model was loaded',
    })
  })

  test('that dies again and again is given up, until somebody asks once more', async () => {
    let dying = false
    const events: string[] = []
    const { host, seen } = await hosted(
      { diesAt: () => dying },
      { mostDeaths: 2, onEvent: ({ kind }) => events.push(kind) },
    )
    dying = true
    await expect(read(host, { first: 1, maxTokens: 2 })).rejects.toMatchObject({ code: 'ERR_ENGINE_LOST' })
    expect(seen.started).toBe(3)
    expect(events).toEqual(['started', 'died', 'died', 'died'])
    dying = false
    expect(textOf(await read(host, { first: 1, maxTokens: 2 }))).toBe('1 2 ')
  })

  test('answers calls, and says which it does not know', async () => {
    const { host } = await hosted({ create: async () => countingEngine({ double: (input: number) => 2 * input }) })
    expect(await host.call('double', 4)).toBe(8)
    await expect(host.call('toString', 4)).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
    expect(host.facts).toEqual({ architecture: 'counting' })
  })

  test('saves before it is closed, and open requests end', async () => {
    const engine = countingEngine()
    const { host, seen } = await hosted({ create: async () => engine })
    const text = host.generate({ first: 1, maxTokens: 90 })
    await text.next()
    await host[Symbol.asyncDispose]()
    await expect(drain(text)).rejects.toMatchObject({ code: 'ERR_SESSION_CLOSED' })
    await expect(host.call('double', 1)).rejects.toMatchObject({ code: 'ERR_SESSION_CLOSED' })
    expect(engine.saves).toBe(1)
    expect(seen.left).toBe(1)
  })
})

async function drain(steps: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of steps);
}
