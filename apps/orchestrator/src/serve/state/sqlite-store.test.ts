import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterAll, describe, expect, test } from 'vitest'
import type { RequestTrace, TracedStep } from '../serving-service.js'
import { migrations } from './migrations.js'
import { openDatabase } from './open-database.js'
import { sqliteStore } from './sqlite-store.js'

const folder = mkdtempSync(join(tmpdir(), 'foretoken-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0
const freshPath = () => join(folder, `${files++}.db`)

const step: TracedStep = {
  index: 0,
  drafter: 'suffix',
  tokens: 3,
  proposedTokens: 4,
  draftedTokens: 4,
  acceptedTokens: 2,
  width: 5,
  batchWidth: 1,
  draftMs: 0.1,
  verifyMs: 2,
}

function traceOf(id: string, key = 'one', steps = 1): RequestTrace {
  return {
    id,
    key,
    model: 'base',
    route: { role: 'coder', escalatedFrom: ['small'] },
    startedAt: new Date().toISOString(),
    queueMs: 1.5,
    promptMs: 2,
    generateMs: 3,
    promptTokens: 4,
    reusedTokens: 2,
    completionTokens: 5,
    draftedTokens: 6,
    acceptedTokens: 3,
    steps,
    finish: 'stop',
    trace: Array.from({ length: steps }, (_, index) => ({ ...step, index })),
    droppedSteps: 0,
  }
}

describe('what is written', () => {
  test('is read again, also by the next process, and each key sees its own', async () => {
    const path = freshPath()
    const first = sqliteStore({ path })
    const stored = [traceOf('a'), traceOf('b', 'two'), traceOf('c')]
    await Promise.all(stored.map((trace) => first.begin(trace).finish(trace, `text of ${trace.id}`)))
    first.evicted({ model: 'base', reason: 'room', bytes: 7, at: '2026-01-01T00:00:00.000Z' })
    await first[Symbol.asyncDispose]()
    await using store = sqliteStore({ path })
    expect(store.requests({ limit: 10 }).map(({ id }) => id)).toEqual(['c', 'b', 'a'])
    expect(store.requests({ key: 'one', limit: 1 }).map(({ id }) => id)).toEqual(['c'])
    expect(store.request('a', {})).toEqual(stored[0])
    expect(store.request('a', { key: 'two' })).toBeUndefined()
    expect(store.result('b', { key: 'two' })).toBe('text of b')
    expect(store.evictions(5)).toEqual([{ model: 'base', reason: 'room', bytes: 7, at: '2026-01-01T00:00:00.000Z' }])
  })

  test('two requests of one id are two, and the newer one is found', async () => {
    await using store = sqliteStore()
    const [first, second] = [store.begin(traceOf('a')), store.begin(traceOf('a'))]
    await second.finish({ ...traceOf('a'), completionTokens: 2 })
    await first.finish({ ...traceOf('a'), completionTokens: 1 })
    expect(store.requests({ limit: 5 }).map(({ completionTokens }) => completionTokens)).toEqual([2, 1])
    expect(store.request('a', {})?.completionTokens).toBe(2)
  })

  test('is kept as long as it is not too much: first traces go, then requests', async () => {
    const path = freshPath()
    const first = sqliteStore({ path })
    for (let number = 0; number < 30; number++)
      await first.begin(traceOf(`${number}`)).finish(traceOf(`${number}`), 'x')
    await first[Symbol.asyncDispose]()
    const bytes = JSON.stringify(traceOf('0').trace).length + 1
    await using store = sqliteStore({ path, requests: 20, traceBytes: 5 * bytes })
    expect(store.requests({ limit: 100 })).toHaveLength(20)
    const traced = store.requests({ limit: 100 }).filter(({ id }) => (store.request(id, {})?.trace.length ?? 0) > 0)
    expect(traced.map(({ id }) => id)).toEqual(['29', '28', '27', '26', '25'])
    expect(store.request('20', {})).toMatchObject({ trace: [], droppedSteps: 1 })
  })

  test('is forgotten after its days', async () => {
    const path = freshPath()
    const first = sqliteStore({ path })
    const old = { ...traceOf('old'), startedAt: new Date(Date.now() - 3 * 86_400_000).toISOString() }
    await Promise.all([first.begin(old).finish(old), first.begin(traceOf('new')).finish(traceOf('new'))])
    await first[Symbol.asyncDispose]()
    await using store = sqliteStore({ path, days: 2 })
    expect(store.requests({ limit: 100 }).map(({ id }) => id)).toEqual(['new'])
  })
})

test('what a process left open when it ended is told as lost', async () => {
  const path = freshPath()
  await using first = sqliteStore({ path })
  first.begin(traceOf('open'))
  expect(first.requests({ limit: 1 })).toMatchObject([{ finish: 'open' }])
  await using second = sqliteStore({ path })
  expect(second.request('open', {})).toMatchObject({ finish: 'lost', error: 'the server ended before the answer' })
})

describe('refused and left as it is', () => {
  test.each([
    ['a file that is no database', (path: string) => writeFileSync(path, 'not a database '.repeat(1_000))],
    ['a damaged one', damaged],
    ['a newer one', (path: string) => void openDatabase(path).exec(`PRAGMA user_version = ${migrations.length + 1}`)],
    ['another program’s', (path: string) => void new Database(path).exec('CREATE TABLE theirs (a)')],
  ])('%s', (_, make) => {
    const path = freshPath()
    make(path)
    const before = readFileSync(path)
    expect(() => sqliteStore({ path })).toThrow(
      expect.objectContaining({ code: 'ERR_STATE_FORMAT', message: expect.stringContaining('name another') }),
    )
    expect(readFileSync(path).equals(before)).toBe(true)
  })
})

function damaged(path: string): void {
  const database = openDatabase(path)
  const row = database.prepare("INSERT INTO evictions (model, reason, bytes, at) VALUES (?, 'x', 1, 'y')")
  for (let index = 0; index < 2_000; index++) row.run(`model ${index}`)
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  database.close()
  const bytes = readFileSync(path)
  bytes.fill(0x5a, 4_096 * 3, 4_096 * 12)
  writeFileSync(path, bytes)
}
