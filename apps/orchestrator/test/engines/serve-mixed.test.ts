import { fixtureModels, fixturePrompts } from '@foretoken/fixtures'
import OpenAI from 'openai'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { ServeConfig } from '../../src/serve/config/serve-config.js'
import { httpServer } from '../../src/serve/http/http-server.js'
import { openHouse } from '../../src/serve/open-house.js'
import type { HouseService } from '../../src/serve/service/house-service.js'
import { type RpcWorkers, startRpcWorkers } from './rpc-workers.js'

const { llamaServer, rpcServer } = inject('engines')
const opened: AsyncDisposable[] = []
let workers: RpcWorkers
let service: HouseService
let client: OpenAI
let farClient: OpenAI

/** Opens a house and its door; what was opened is closed in the end, the last one first. */
async function serveModels(models: ServeConfig['models']) {
  const config: ServeConfig = { models, roles: [], pool: {}, engines: { llamaServer }, keys: [], limits: {} }
  const house = await openHouse(config, { signal: new AbortController().signal, log: () => {} })
  opened.push(house)
  const door = await httpServer({ port: 0, service: house })
  opened.push(door)
  return { house, door }
}

function clientOf(url: string): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 })
}

beforeAll(async () => {
  workers = await startRpcWorkers(rpcServer, 2)
  opened.push(workers)
  const local = { engine: 'llama-server', path: fixtureModels.base.q8_0, threads: 1, slots: 2, context: 2048 } as const
  const near = await serveModels([
    { ...local, name: 'plain' },
    { ...local, name: 'split', rpc: workers.addresses },
  ])
  const far = { url: `${near.door.url}/v1`, model: 'plain' }
  const behind = await serveModels([{ name: 'far', engine: 'remote', upstreams: [far] }])
  service = near.house
  client = clientOf(near.door.url)
  farClient = clientOf(behind.door.url)
})
afterAll(async () => {
  for (const one of opened.reverse()) await one[Symbol.asyncDispose]()
})

const content = fixturePrompts.find(({ id }) => id === 'quote-wall')?.text ?? ''
const question = { messages: [{ role: 'user' as const, content }], max_tokens: 24, temperature: 0 }

test('one process, two machines’ halves and a server behind a server answer the same', async () => {
  const answers = await Promise.all([
    client.chat.completions.create({ ...question, model: 'plain' }),
    client.chat.completions.create({ ...question, model: 'split' }),
    farClient.chat.completions.create({ ...question, model: 'far' }),
  ])
  const [plain, ...others] = answers.map(({ choices, usage }) => ({ text: choices[0]?.message.content, usage }))
  expect(plain?.text?.length).toBeGreaterThan(20)
  expect(plain?.usage).toMatchObject({ completion_tokens: 24 })
  for (const { text, usage } of others) {
    expect(text).toBe(plain?.text)
    expect(usage?.prompt_tokens).toBe(plain?.usage?.prompt_tokens)
  }
  for (const said of workers.said) expect(said()).toContain('Accepted client connection')
  expect(service.models()).toMatchObject([{ facts: { engine: 'llama-server' } }, { facts: { engine: 'llama-server' } }])
})

test('a client that leaves ends the answer, however far it comes from', async () => {
  // A text that goes on until there is no room, so that it never ends before its client has left.
  const endless = { model: 'far', prompt: 'The wall', max_tokens: 2000, temperature: 0 }
  const stream = await farClient.completions.create({ ...endless, stream: true })
  for await (const _ of stream) break
  const lastFinish = async () => (await service.requests({ limit: 1 }))[0]?.finish
  await expect.poll(lastFinish).toBe('aborted')
  const answer = await farClient.chat.completions.create({ ...question, model: 'far', max_tokens: 2 })
  expect(answer.usage?.completion_tokens).toBe(2)
})
