import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fixtureModels } from '@foretoken/fixtures'
import { shippedRegistry } from '@foretoken/registry'
import { afterAll, describe, expect, test } from 'vitest'
import { memoryHost } from '../../test/memory-host.js'
import { main } from '../main.js'

const folder = mkdtempSync(join(tmpdir(), 'foretoken-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function call(...args: readonly string[]) {
  const host = memoryHost()
  const exitCode = await main(['serve', ...args], host)
  expect(host.listeners('SIGINT')).toBe(0)
  return { exitCode, ...host.written }
}

const model = fixtureModels.base.q8_0

describe('refused before anything is loaded', () => {
  test.each([
    [2, 'name a key with --api-key-env, or say --insecure', ['m.gguf', '--host', '0.0.0.0']],
    [2, 'foretoken init writes one', []],
    [2, '--slots must be an integer from 1 to 256', ['m.gguf', '--slots', '0']],
    [2, 'the environment variable NOT_SET is not set', [model, '--api-key-env', 'NOT_SET', '--port', '0']],
    [3, 'ERR_FILE_NOT_FOUND', ['missing.gguf']],
    [3, 'cannot be read', ['--config', join(folder, 'none.yaml')]],
  ] as const)('%i: %s', async (exitCode, words, args) => {
    const result = await call(...args)
    expect(result.exitCode).toBe(exitCode)
    expect(result.stderr).toContain(words)
    expect(result.stdout).toBe('')
  })

  test('a fault of the configuration is told with its line, as JSON, too', async () => {
    const path = join(folder, 'foretoken.yaml')
    writeFileSync(path, 'formatVersion: 1\nmodels:\n  - { name: a, path: 5 }\n')
    const { exitCode, stdout } = await call('--config', path, '--json')
    expect(exitCode).toBe(3)
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'ERR_CONFIG_FORMAT', message: expect.stringContaining('foretoken.yaml:3:22: models.0.path') },
    })
  })

  test('a registry without a file that is here says how to learn more', async () => {
    const path = join(folder, 'registry.yaml')
    writeFileSync(path, `formatVersion: 1\nregistry: ${JSON.stringify(fileURLToPath(shippedRegistry))}\n`)
    const { exitCode, stderr } = await call('--config', path)
    expect(exitCode).toBe(3)
    expect(stderr).toContain(`foretoken plan --serve ${path} says what is missing`)
  })

  test('a state that is none stays as it is', async () => {
    const state = mkdtempSync(join(folder, 'state-'))
    writeFileSync(join(state, 'requests.db'), 'no database '.repeat(500))
    const { exitCode, stderr } = await call(model, '--state', state)
    expect(exitCode).toBe(5)
    expect(stderr).toContain('name another state folder')
  })
})

test('the help teaches', async () => {
  const { exitCode, stdout } = await call('--help')
  expect(exitCode).toBe(0)
  for (const words of ['foretoken serve model.gguf', 'role:coder', 'Ctrl-C', 'Exit codes:'])
    expect(stdout).toContain(words)
})
