import { SpeculationError } from '@foretoken/contract'
import { describe, expect, test } from 'vitest'
import { pieceEvent, type ScriptedEngineOptions, scriptedEngine } from '../../../test/scripted-engine.js'
import type { RequestOptions, RoutedEvent, RoutedRequest } from '../serving-service.js'
import { sqliteStore } from '../state/sqlite-store.js'
import type { HouseModel } from './house-model.js'
import { type HouseEvent, type HouseServiceOptions, houseService } from './house-service.js'

function setUp(
  engines: Readonly<Record<string, ScriptedEngineOptions & { readonly fails?: string; readonly isPinned?: boolean }>>,
  options: Partial<HouseServiceOptions> = {},
) {
  const events: HouseEvent[] = []
  const models = Object.entries(engines).map(([name, { fails, isPinned = false, ...engine }]): HouseModel => {
    const start = async () => {
      if (fails !== undefined) throw new SpeculationError('ERR_MODEL_FORMAT', fails)
      return scriptedEngine(engine)
    }
    return { name, aliases: [`${name}.gguf`], created: 5, bytes: 1, isPinned, start }
  })
  const service = houseService({
    models,
    pool: { budgetBytes: 10 },
    store: sqliteStore({ gatherMs: 0 }),
    onLog: (event) => events.push(event),
    ...options,
  })
  return { service, events }
}

function request(model: string, prompt = 'Hello there', more: Partial<RoutedRequest> = {}): RoutedRequest {
  return {
    model,
    input: { kind: 'completion', prompt },
    stop: [],
    sampling: { temperature: 0 },
    speculation: {},
    ...more,
  }
}

let ids = 0
function asked(more: Partial<RequestOptions> = {}): RequestOptions {
  return { id: `${ids++}`, key: 'me', signal: new AbortController().signal, ...more }
}

async function answer(events: AsyncIterable<RoutedEvent>) {
  const all: RoutedEvent[] = []
  for await (const event of events) all.push(event)
  const text = all.flatMap((event) => (event.kind === 'piece' ? event.pieces.map((piece) => piece.text) : [])).join('')
  const routed = all.find((event) => event.kind === 'routed')
  return { text, routed, kinds: all.map(({ kind }) => kind), all }
}

describe('an answer', () => {
  test('comes from the model that is named, by its own name or its file’s, and is remembered', async () => {
    const { service } = setUp({ a: {}, b: { answer: () => 'of b' } }, { keepsTexts: true })
    const options = asked({ id: 'x' })
    const { text, routed, kinds } = await answer(service.generate(request('b.gguf'), options))
    expect(text).toBe('of b')
    expect(kinds.filter((kind) => kind !== 'queued')).toEqual(['routed', 'start', 'piece', 'piece', 'end'])
    expect(routed).toMatchObject({ model: 'b', route: { escalatedFrom: [] } })
    expect(await service.request('x', { key: 'me' })).toMatchObject({
      model: 'b',
      finish: 'stop',
      promptTokens: 3,
      reusedTokens: 1,
      completionTokens: 2,
      draftedTokens: 4,
      acceptedTokens: 2,
      steps: 2,
      droppedSteps: 0,
      trace: [
        { index: 0, drafter: 'suffix', pieces: [{ text: 'of ', drafter: 'suffix', probability: 0.5 }] },
        { index: 1 },
      ],
    })
    expect(await service.request('x', { key: 'other' })).toBeUndefined()
  })

  test('is written down before its end is told', async () => {
    const { service } = setUp({ a: {} })
    for await (const { kind } of service.generate(request('a'), asked({ id: 'y' })))
      if (kind === 'end') expect(await service.requests({ limit: 1 })).toMatchObject([{ id: 'y', finish: 'stop' }])
  })

  test('keeps as many steps as may be kept, and no text unless that is said', async () => {
    const { service } = setUp({ a: { answer: () => 'a b c d' } }, { traceSteps: 3 })
    await answer(service.generate(request('a'), asked({ id: 'z' })))
    const kept = await service.request('z', {})
    expect(kept).toMatchObject({ steps: 4, droppedSteps: 1 })
    expect(JSON.stringify(kept)).not.toContain('text')
  })

  test('that is taken back frees its place at once', async () => {
    const leaving = new AbortController()
    const { service } = setUp({ a: { answer: () => 'one two three', onWord: async () => {} } })
    const events = service.generate(request('a'), asked({ id: 'w', signal: leaving.signal }))
    await expect(async () => {
      for await (const { kind } of events) if (kind === 'piece') leaving.abort()
    }).rejects.toThrow()
    expect(service.state().models).toMatchObject([{ active: 0, queued: 0 }])
    expect(await service.request('w', {})).toMatchObject({ finish: 'aborted', steps: 1 })
  })

  test('that nobody reads on is over, too', async () => {
    const { service } = setUp({ a: { answer: () => 'one two three' } })
    for await (const { kind } of service.generate(request('a'), asked({ id: 'v' }))) if (kind === 'piece') break
    expect(service.state().models).toMatchObject([{ active: 0 }])
    expect(await service.request('v', {})).toMatchObject({ finish: 'aborted' })
  })

  test('that fails is told and remembered with its reason; only a closed engine is started anew', async () => {
    let fault: SpeculationError | undefined = new SpeculationError('ERR_ENGINE_LOST', 'it died')
    const lose = () => {
      if (fault !== undefined) throw fault
      return 'alive'
    }
    const { service, events } = setUp({ a: { answer: lose } })
    await expect(answer(service.generate(request('a'), asked({ id: 'u' })))).rejects.toThrow('it died')
    expect(await service.request('u', {})).toMatchObject({ finish: 'failed', error: 'it died' })
    fault = new SpeculationError('ERR_SESSION_CLOSED', 'it is closed')
    const closed = { code: 'ERR_ENGINE_LOST', message: 'the engine of a was closed; ask again' }
    await expect(answer(service.generate(request('a'), asked()))).rejects.toMatchObject(closed)
    fault = undefined
    expect((await answer(service.generate(request('a'), asked()))).text).toBe('alive')
    expect(events.map(({ kind }) => kind)).toEqual(['loaded', 'evicted', 'loaded'])
    expect(service.state()).toMatchObject({ evicted: 1, evictions: [{ model: 'a', reason: 'its engine failed' }] })
  })
})

const roles = [
  {
    name: 'quick',
    purpose: 'short questions',
    models: ['small', 'spare'],
    escalation: { checks: [{ kind: 'empty' as const }, { kind: 'json' as const }], to: 'deep', holds: false },
  },
  { name: 'deep', purpose: 'long ones', models: ['large'] },
]

describe('a role', () => {
  test('is answered by its first model; by the next one where that fails', async () => {
    const { service, events } = setUp(
      { small: { fails: 'cut off' }, spare: { answer: () => '1' }, large: {} },
      { roles },
    )
    const { routed, text } = await answer(service.generate(request('role:quick', '', { whole: true }), asked()))
    expect(text).toBe('1')
    expect(routed).toMatchObject({ model: 'spare', route: { role: 'quick', escalatedFrom: ['small'] } })
    expect(events).toContainEqual(expect.objectContaining({ kind: 'escalated', model: 'small', reason: 'cut off' }))
  })

  test('asks the next role where a whole answer does not pass, and shows the one that is taken only', async () => {
    const { service } = setUp(
      { small: { answer: () => 'no JSON' }, spare: {}, large: { answer: () => '{}' } },
      { roles },
    )
    const { all, text, kinds } = await answer(
      service.generate(request('role:quick', '', { whole: true }), asked({ id: 'e' })),
    )
    expect(text).toBe('{}')
    expect(kinds.filter((kind) => kind === 'routed')).toHaveLength(1)
    expect(all).toContainEqual(
      expect.objectContaining({ kind: 'routed', model: 'large', route: { role: 'deep', escalatedFrom: ['small'] } }),
    )
    expect(await service.request('e', {})).toMatchObject({ model: 'large', completionTokens: 1 })
    expect(service.state().tokens).toBe(3)
  })

  test('streams: only an empty answer is asked again, and what was sent stays', async () => {
    let says = '   '
    const { service } = setUp({ small: { answer: () => says }, spare: {}, large: { answer: () => 'large' } }, { roles })
    expect((await answer(service.generate(request('role:quick'), asked()))).text).toBe('large')
    says = 'no JSON'
    expect((await answer(service.generate(request('role:quick'), asked()))).text).toBe('no JSON')
  })

  test('that holds its streams checks them whole', async () => {
    const holding = roles.map((role) =>
      role.escalation ? { ...role, escalation: { ...role.escalation, holds: true } } : role,
    )
    const { service } = setUp(
      { small: { answer: () => 'no' }, spare: {}, large: { answer: () => 'large' } },
      { roles: holding },
    )
    expect((await answer(service.generate(request('role:quick'), asked()))).text).toBe('large')
  })
})

describe('the front door', () => {
  const frontDoor = { model: 'door', roles: ['quick', 'deep'], fallback: 'deep' }
  const engines = { small: { answer: () => '1' }, spare: {}, large: { answer: () => 'large' } }

  test('labels what a request is about; its probabilities are told', async () => {
    const door = () => {
      const token = (text: string, logProbability: number, top: readonly (readonly [string, number])[]) => ({
        ...pieceEvent(text, 0),
        logProbabilities: [
          { text, logProbability, top: top.map(([other, value]) => ({ text: other, logProbability: value })) },
        ],
      })
      return [
        token('"', 0, [['"', 0]]),
        token('quick', Math.log(0.75), [
          ['quick', Math.log(0.75)],
          ['de', Math.log(0.2)],
          ['other', Math.log(0.05)],
        ]),
        token('"', 0, []),
        { kind: 'end', finish: 'stop', completionTokens: 3 },
      ] as never
    }
    const { service } = setUp({ ...engines, door: { answer: door } }, { roles, frontDoor })
    const { routed, text } = await answer(service.generate(request('auto'), asked({ id: 'auto' })))
    expect(text).toBe('1')
    const { intents = {}, role } = routed?.kind === 'routed' ? routed.route : { intents: {} }
    expect(role).toBe('quick')
    expect(intents['quick']).toBeCloseTo(0.75 / 0.95)
    expect(intents['deep']).toBeCloseTo(0.2 / 0.95)
    expect((await service.request('auto', {}))?.route.intents).toEqual(intents)
  })

  test('goes to the fallback where the label is none', async () => {
    const { service } = setUp({ ...engines, door: { answer: () => 'nonsense' } }, { roles, frontDoor })
    expect((await answer(service.generate(request('auto'), asked()))).text).toBe('large')
  })

  test('goes to the fallback where the front door fails', async () => {
    const { service } = setUp({ ...engines, door: { fails: 'cut off' } }, { roles, frontDoor })
    expect((await answer(service.generate(request('auto'), asked()))).text).toBe('large')
  })
})

describe('the house', () => {
  test('names what can be asked', () => {
    const frontDoor = { model: 'small', roles: ['quick', 'deep'], fallback: 'deep' }
    const { service } = setUp({ small: {}, spare: {}, large: {} }, { roles, frontDoor })
    expect(service.models().map(({ id, kind }) => [id, kind])).toEqual([
      ['small', 'model'],
      ['spare', 'model'],
      ['large', 'model'],
      ['role:quick', 'role'],
      ['role:deep', 'role'],
      ['auto', 'auto'],
    ])
  })

  test('refuses an unknown name', async () => {
    const { service } = setUp({ a: {} })
    await expect(answer(service.generate(request('b'), asked()))).rejects.toMatchObject({ code: 'ERR_MODEL_UNKNOWN' })
  })

  test('is ready when its pinned models are', async () => {
    const { service } = setUp({ a: { isPinned: true }, b: {} })
    expect(service.isReady()).toBe(false)
    await service.loadPinned()
    expect(service.isReady()).toBe(true)
  })

  test('ends its open answers before it ends, and takes no new ones', async () => {
    let go = () => {}
    const gate = new Promise<void>((resolve) => {
      go = resolve
    })
    const { service } = setUp({ a: { answer: () => 'late', onWord: () => gate } })
    const open = answer(service.generate(request('a'), asked()))
    await new Promise(setImmediate)
    const drained = service.drain(60_000)
    await expect(answer(service.generate(request('a'), asked()))).rejects.toMatchObject({ code: 'ERR_ENGINE_LOST' })
    expect([service.isReady(), service.openRequests()]).toEqual([false, 1])
    go()
    await drained
    expect((await open).text).toBe('late')
  })

  test('says that a model makes no vectors', async () => {
    const { service } = setUp({ a: {} })
    await expect(service.embed('a', ['x'], asked())).rejects.toThrow('a makes no embeddings')
    await expect(service.rerank('a', 'x', ['y'], asked())).rejects.toThrow('a ranks no documents')
    expect(await service.countTokens(request('a'), asked())).toBe(3)
  })
})
