import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { main } from '../../src/main.js'
import { fakeHost } from '../fake-host.js'
import { temporaryFolder } from '../temporary-folder.js'

const folder = temporaryFolder()
beforeAll(() => void vi.stubEnv('XDG_CACHE_HOME', folder))
afterAll(() => void vi.unstubAllEnvs())

const args = ['demo', '--prompts', 'repeat,json-order', '--repetitions', '1', '--max-tokens', '16', '--threads', '1']

it('compares prompts on the inflated model and prints a table', async () => {
  const host = fakeHost()
  const code = await main(args, host)

  expect(code).toBe(0)
  expect(host.errors().split('\n')).toEqual([
    'making the model, once',
    'loading the model',
    'measuring what drafts cost',
    'measuring json-order (1 of 2)',
    'measuring repeat-server (2 of 2)',
    '',
  ])
  expect(host.output()).toMatch(/│ json-order +│ +16 │/)
  expect(host.output()).toMatch(/│ repeat-server +│ +16 │/)
  expect(host.output()).toMatch(/│ all together +│ +32 │/)
})

it('gives the same as one JSON object', async () => {
  const host = fakeHost()
  // Long enough for the text to repeat itself for certain.
  await main([...args, '--max-tokens', '56', '--json'], host)
  const report = JSON.parse(host.output())

  expect(report).toMatchObject({
    drafter: 'auto',
    policy: 'goodput',
    repetitions: 1,
    machine: { threads: 1 },
    total: { tokens: 80 },
  })
  expect([true, 'tie']).toContain(report.identical)
  expect(report.model.parameters).toBeGreaterThan(200e6)
  const [, copy] = report.rows
  // How much more is up to what drafts cost on a machine that others use, too.
  expect(copy.tokensPerStep).toBeGreaterThan(1)
})

it('does without the native engine', async () => {
  vi.stubEnv('FORETOKEN_ENGINE', 'node-llama-cpp')
  const host = fakeHost()
  const code = await main(['demo', '--prompts', 'json-order', ...args.slice(3), '--json'], host)
  vi.stubEnv('FORETOKEN_ENGINE', undefined)

  expect(code).toBe(0)
  expect(JSON.parse(host.output())).toMatchObject({ machine: { engine: expect.stringContaining('node-llama-cpp') } })
})
