import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fixtureModels, fixturePrompts } from '@foretoken/fixtures'
import { afterAll, expect, test } from 'vitest'
import { sqliteStore } from '../../src/serve/state/sqlite-store.js'
import { type ServedProcess, servedProcess } from '../served-process.js'

const folder = mkdtempSync(join(tmpdir(), 'foretoken-'))
afterAll(() => rmSync(folder, { recursive: true }))

const key = 'a-secret-of-the-test'
const state = join(folder, 'state')

/** Two models under a budget that holds one. */
function configuration(): string {
  const path = join(folder, 'foretoken.yaml')
  const model = (name: string, file: string) =>
    `  - { name: ${name}, path: ${JSON.stringify(file)}, threads: 1, slots: 4, context: 512 }`
  writeFileSync(
    path,
    `formatVersion: 1
models:
${model('base', fixtureModels.base.q8_0)}
${model('moe', fixtureModels.moe.q8_0)}
roles:
  - { name: quick, purpose: short questions, models: [moe], escalate: { to: deep, check: [{ regex: "^never this$" }] } }
  - { name: deep, purpose: long texts, models: [base] }
frontDoor: { model: base, fallback: deep }
pool: { mostLoaded: 1 }
keys: [{ name: me, sha256: ${createHash('sha256').update(key).digest('hex')}, admin: true }]
state: { folder: state, keepTexts: true }
`,
  )
  return path
}

async function ask(server: ServedProcess, path: string, body?: object): Promise<Response> {
  return await fetch(`${server.url}${path}`, {
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  })
}

interface Answer {
  readonly id: string
  readonly choices: readonly { readonly text: string; readonly finish_reason: string }[]
  readonly speculation: { readonly route: { role?: string; intents?: Record<string, number>; escalatedFrom: string[] } }
}

async function complete(server: ServedProcess, model: string, prompt: string, more: object = {}): Promise<Answer> {
  const body = { model, prompt, max_tokens: 24, temperature: 0, speculation: {}, ...more }
  const response = await ask(server, '/v1/completions', body)
  if (!response.ok) throw new Error(await response.text())
  return (await response.json()) as Answer
}

const prompts = fixturePrompts.slice(0, 2).map(({ text }) => text.slice(-400))

test('two models under a budget for one: evictions with reasons, roles, auto, eight clients, and an end in order', async () => {
  await using server = await servedProcess(['--config', configuration()])
  expect((await fetch(`${server.url}/v1/models`)).status).toBe(401)
  const { data } = (await (await ask(server, '/v1/models')).json()) as { data: { id: string }[] }
  expect(data.map(({ id }) => id)).toEqual(['base', 'moe', 'role:quick', 'role:deep', 'auto'])

  const alone = new Map<string, string>()
  for (const model of ['base', 'moe'])
    for (const prompt of prompts)
      alone.set(model + prompt, (await complete(server, model, prompt)).choices[0]?.text ?? '')
  const evictions = server.log.filter(({ kind }) => kind === 'evicted')
  expect(evictions).toMatchObject([{ model: 'base', reason: 'moe needs its room' }])

  const clients = Array.from({ length: 8 }, async (_, client) => {
    for (const [index, prompt] of prompts.entries()) {
      const model = (client + index) % 2 === 0 ? 'base' : 'moe'
      expect((await complete(server, model, prompt)).choices[0]?.text).toBe(alone.get(model + prompt))
    }
  })
  await Promise.all(clients)

  const escalated = await complete(server, 'role:quick', prompts[0] ?? '')
  expect(escalated.speculation.route).toEqual({ role: 'deep', escalatedFrom: ['moe'] })
  expect(escalated.choices[0]?.text).toBe(alone.get(`base${prompts[0]}`))

  const { intents = {}, role } = (await complete(server, 'auto', prompts[1] ?? '')).speculation.route
  expect(['quick', 'deep']).toContain(role)
  expect(Object.keys(intents).toSorted()).toEqual(['deep', 'quick'])
  expect(Object.values(intents).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1)

  const house = (await (await ask(server, '/api/state')).json()) as { models: { active: number; queued: number }[] }
  for (const model of house.models) expect(model).toMatchObject({ active: 0, queued: 0 })

  const last = complete(server, 'base', prompts[1] ?? '', { max_tokens: 200, stop: [] })
  await new Promise((resolve) => setTimeout(resolve, 50))
  const ended = server.end('SIGTERM')
  const answer = await last
  expect(await ended).toBe(0)
  await using store = sqliteStore({ path: join(state, 'requests.db') })
  const [newest] = store.requests({ limit: 1 })
  expect(newest).toMatchObject({ key: 'me', model: 'base', finish: answer.choices[0]?.finish_reason })
  expect(store.result(newest?.id ?? '', {})).toBe(answer.choices[0]?.text)
})

test('a server that is killed loses no request that a client saw end', async () => {
  const kept = join(folder, 'killed')
  const server = await servedProcess([fixtureModels.base.q8_0, '--threads', '1', '--context', '256', '--state', kept])
  const seen: string[] = []
  const clients = Array.from({ length: 4 }, async () => {
    for (;;) {
      const body = { model: 'fore-base-3m.q8_0', prompt: 'one two', max_tokens: 8, temperature: 0 }
      const response = await ask(server, '/v1/completions', body)
      await response.text()
      seen.push(response.headers.get('x-request-id') ?? '')
      if (seen.length === 40) server.child.kill('SIGKILL')
    }
  })
  await Promise.allSettled(clients)
  expect(await server.end('SIGKILL')).toBe('SIGKILL')
  expect(seen.length).toBeGreaterThanOrEqual(40)
  await using store = sqliteStore({ path: join(kept, 'requests.db') })
  const found = new Map(store.requests({ limit: 1_000 }).map((record) => [record.id, record]))
  for (const id of seen) expect(found.get(id)).toMatchObject({ finish: 'length', completionTokens: 8 })
})
