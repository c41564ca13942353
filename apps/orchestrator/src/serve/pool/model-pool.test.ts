import { SpeculationError } from '@foretoken/contract'
import { describe, expect, test } from 'vitest'
import { manualClock } from '../../../test/manual-clock.js'
import { scriptedEngine, startScripted } from '../../../test/scripted-engine.js'
import { type ModelPoolOptions, modelPool } from './model-pool.js'
import type { PoolEvent, PooledModel } from './pooled-model.js'

const { signal } = new AbortController()

function setUp(models: readonly (Partial<PooledModel> & { name: string })[], options: Partial<ModelPoolOptions> = {}) {
  const clock = manualClock()
  const events: PoolEvent[] = []
  const pool = modelPool({
    models: models.map((model) => ({ bytes: 1, start: startScripted({ memoryBytes: model.bytes ?? 1 }), ...model })),
    budgetBytes: 10,
    clock,
    onEvent: (event) => events.push(event),
    ...options,
  })
  const kinds = () => events.map((event) => `${event.kind} ${event.model}`)
  return { pool, clock, events, kinds }
}

/** Lets everything happen that waits for nothing. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

describe('loading', () => {
  test('two who want the same model load it once and share it', async () => {
    let starts = 0
    const start = async () => {
      starts++
      return scriptedEngine({ slots: 2 })
    }
    const { pool } = setUp([{ name: 'a', start }])
    const [one, other] = await Promise.all([pool.want('a', { signal }), pool.want('a', { signal })])
    expect(starts).toBe(1)
    expect(one.engine).toBe(other.engine)
    expect(pool.models()).toMatchObject([{ phase: 'hot', active: 2, queued: 0, bytes: 1 }])
  })

  test('progress is told to those who wait', async () => {
    const rates: number[] = []
    const { pool } = setUp([
      {
        name: 'a',
        async start({ onProgress }) {
          onProgress(0.5)
          return scriptedEngine()
        },
      },
    ])
    await pool.want('a', { signal, onLoading: (rate) => rates.push(rate) })
    expect(rates).toEqual([0.5])
  })

  test('a failure is told to all who wait, is not tried again at once, and waits longer each time', async () => {
    let starts = 0
    const start = async () => {
      starts++
      throw new SpeculationError('ERR_MODEL_FORMAT', 'the file is cut off')
    }
    const { pool, clock, events } = setUp([{ name: 'a', start }])
    const both = await Promise.allSettled([pool.want('a', { signal }), pool.want('a', { signal })])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await expect(pool.want('a', { signal })).rejects.toMatchObject({
      code: 'ERR_MODEL_FORMAT',
      message: 'a could not be loaded: the file is cut off; ask again in 1 s',
    })
    expect(starts).toBe(1)
    clock.advance(1_000)
    await expect(pool.want('a', { signal })).rejects.toThrow('the file is cut off')
    expect(starts).toBe(2)
    expect(events.map((event) => event.kind === 'failed' && event.retryMs)).toEqual([1_000, 2_000])
    expect(pool.models()).toMatchObject([{ phase: 'cold', failure: 'the file is cut off' }])
  })

  test('what can never fit is refused before anything is loaded', async () => {
    const { pool } = setUp([
      { name: 'pinned', bytes: 6, isPinned: true },
      { name: 'a', bytes: 5 },
    ])
    await expect(pool.want('a', { signal })).rejects.toMatchObject({
      code: 'ERR_BUDGET_EXCEEDED',
      message: expect.stringContaining('and pinned models take'),
    })
  })

  test('what turns out larger makes room for what it really takes', async () => {
    const { pool, events } = setUp([
      { name: 'a', bytes: 6 },
      { name: 'b', bytes: 3, start: startScripted({ memoryBytes: 7 }) },
    ])
    ;(await pool.want('a', { signal })).release()
    await pool.want('b', { signal })
    expect(pool.models()).toMatchObject([{ phase: 'cold' }, { phase: 'hot', bytes: 7 }])
    expect(events.map((event) => (event.kind === 'evicted' ? [event.model, event.reason] : [event.model]))).toEqual([
      ['a'],
      ['b', 'it takes 0 MB, not 0 MB, and there is no room'],
      ['a', 'b needs its room'],
      ['b'],
    ])
  })

  test('who waits for what turned out too large beside a pinned model is refused once it has gone', async () => {
    const { pool } = setUp([
      { name: 'pinned', bytes: 3, isPinned: true },
      { name: 'large', bytes: 7, start: startScripted({ memoryBytes: 8, slots: 1 }) },
    ])
    const pinned = await pool.want('pinned', { signal })
    const [first, second] = [pool.want('large', { signal }), pool.want('large', { signal })]
    const refused = expect(second).rejects.toMatchObject({ code: 'ERR_BUDGET_EXCEEDED' })
    // The pinned one fails while the other loads, so that there is room for what that really takes.
    pinned.release({ isLost: true })
    const lease = await first
    lease.release({ isLost: true })
    await refused
    expect(pool.models()).toMatchObject([{ name: 'pinned' }, { name: 'large', phase: 'cold', queued: 0 }])
  })

  test('an unknown name is refused with those that are known', async () => {
    await expect(setUp([{ name: 'a' }]).pool.want('b', { signal })).rejects.toMatchObject({
      code: 'ERR_MODEL_UNKNOWN',
      message: 'there is no model "b"; known are a',
    })
  })
})

describe('room', () => {
  test('the one unused for longest goes, with a reason, and not the pinned one', async () => {
    const { pool, clock, events } = setUp([
      { name: 'pinned', bytes: 2, isPinned: true },
      { name: 'old', bytes: 4 },
      { name: 'new', bytes: 4 },
      { name: 'wanted', bytes: 4 },
    ])
    for (const name of ['new', 'old', 'pinned', 'new']) {
      ;(await pool.want(name, { signal })).release()
      clock.advance(10)
    }
    await pool.want('wanted', { signal })
    expect(events.at(-2)).toEqual({ kind: 'evicted', model: 'old', bytes: 4, reason: 'wanted needs its room' })
  })

  test('who is in use is not unloaded: the other waits until it is not', async () => {
    const { pool } = setUp([
      { name: 'a', bytes: 6 },
      { name: 'b', bytes: 6 },
    ])
    const lease = await pool.want('a', { signal })
    const waiting = pool.want('b', { signal })
    await settle()
    expect(pool.models()).toMatchObject([{ phase: 'hot' }, { phase: 'cold', queued: 1 }])
    lease.release()
    await waiting
    expect(pool.models()).toMatchObject([{ phase: 'cold' }, { phase: 'hot' }])
  })

  test('a busy model gives way when another waited long enough, and not before', async () => {
    const { pool, clock } = setUp(
      [
        { name: 'a', bytes: 6, start: startScripted({ slots: 2, memoryBytes: 6 }) },
        { name: 'b', bytes: 6 },
      ],
      { patienceMs: 1_000 },
    )
    const first = await pool.want('a', { signal })
    const waiting = pool.want('b', { signal })
    clock.advance(900)
    const second = await pool.want('a', { signal })
    clock.advance(200)
    const third = pool.want('a', { signal })
    await settle()
    expect(pool.models()).toMatchObject([{ active: 2, queued: 1 }, { queued: 1 }])
    second.release()
    await settle()
    expect(pool.models()).toMatchObject([{ active: 1, queued: 1 }, { queued: 1 }])
    first.release()
    ;(await waiting).release()
    ;(await third).release()
  })

  test('at most so many are loaded, whatever their size', async () => {
    const { pool, kinds } = setUp([{ name: 'a' }, { name: 'b' }], { maxLoaded: 1 })
    ;(await pool.want('a', { signal })).release()
    await pool.want('b', { signal })
    expect(kinds()).toEqual(['loaded a', 'evicted a', 'loaded b'])
  })

  test('what nobody asks for goes after its time', async () => {
    const { pool, clock, events } = setUp([{ name: 'a', ttlMs: 5_000 }])
    const lease = await pool.want('a', { signal })
    clock.advance(60_000)
    lease.release()
    clock.advance(4_000)
    expect(pool.models()).toMatchObject([{ phase: 'hot' }])
    clock.advance(1_000)
    await settle()
    expect(pool.models()).toMatchObject([{ phase: 'cold' }])
    expect(events.at(-1)).toMatchObject({ kind: 'evicted', reason: 'nobody asked for it for 5 s' })
  })
})

describe('waiting', () => {
  test('positions are told as they change, and a place is free at once when its request is taken back', async () => {
    const { pool } = setUp([{ name: 'a' }])
    const lease = await pool.want('a', { signal })
    const positions: number[] = []
    const leaving = new AbortController()
    const before = pool.want('a', { signal: leaving.signal })
    const waiting = pool.want('a', { signal, onPosition: (position) => positions.push(position) })
    leaving.abort()
    await expect(before).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    expect(positions).toEqual([1, 0])
    lease.release()
    await waiting
  })

  test('higher priority is served first, but not for ever', async () => {
    const { pool, clock } = setUp([{ name: 'a' }], { agingMs: 1_000 })
    const served: string[] = []
    const lease = await pool.want('a', { signal })
    const want = async (name: string, priority: number) => {
      const { release } = await pool.want('a', { signal, priority })
      served.push(name)
      release()
    }
    const all = [want('low', 0), want('high', 1)]
    clock.advance(1_001)
    all.push(want('late and high', 1))
    lease.release()
    await Promise.all(all)
    expect(served).toEqual(['high', 'low', 'late and high'])
  })

  test('too many are refused, and the places of those who wait stay', async () => {
    const { pool } = setUp([{ name: 'a' }], { maxQueued: 1 })
    const lease = await pool.want('a', { signal })
    const waiting = pool.want('a', { signal })
    await expect(pool.want('a', { signal })).rejects.toMatchObject({ code: 'ERR_BUDGET_EXCEEDED' })
    lease.release()
    await waiting
  })

  test('an engine that failed is started anew for those who wait, and later each time', async () => {
    let starts = 0
    const start = async () => {
      starts++
      return scriptedEngine()
    }
    const { pool, clock } = setUp([{ name: 'a', start }])
    const lease = await pool.want('a', { signal })
    const waiting = pool.want('a', { signal })
    lease.release({ isLost: true })
    ;(await waiting).release({ isLost: true })
    expect(starts).toBe(2)
    await settle()
    await expect(pool.want('a', { signal })).rejects.toThrow('ask again in 1 s')
    clock.advance(1_000)
    ;(await pool.want('a', { signal })).release()
    expect(starts).toBe(3)
  })

  test('the end refuses who waits and ends what is loaded', async () => {
    let ended = 0
    const { pool } = setUp([{ name: 'a', start: startScripted({ onDispose: () => ended++ }) }])
    await pool.want('a', { signal })
    const waiting = pool.want('a', { signal })
    const refused = expect(waiting).rejects.toMatchObject({ code: 'ERR_ENGINE_LOST' })
    await pool[Symbol.asyncDispose]()
    await refused
    expect(ended).toBe(1)
    await expect(pool.want('a', { signal })).rejects.toThrow('shutting down')
  })
})

test('pinned models are loaded before anybody asks', async () => {
  const { pool, kinds } = setUp([{ name: 'a', isPinned: true }, { name: 'b' }])
  await pool.loadPinned()
  expect(kinds()).toEqual(['loaded a'])
})
