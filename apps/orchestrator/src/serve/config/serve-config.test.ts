import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { configJsonSchema } from './config-schema.js'
import { checkServeConfig, parseServeConfig } from './parse-serve-config.js'
import { readConfigFile, readServeConfig } from './read-serve-config.js'

const folder = mkdtempSync(join(tmpdir(), 'foretoken-'))
afterAll(() => rmSync(folder, { recursive: true }))

const whole = `formatVersion: 1
host: 0.0.0.0
port: 0
models:
  - { name: small, path: a/small.gguf, ttl: 10min, priority: -1, experts: 2, snapshots: 4 }
  - { name: large, engine: llama-server, path: /models/large.gguf, mmproj: p.gguf, rpc: ["10.0.0.2:50052"], pin: true }
  - { name: far, upstreams: [{ url: "https://example.org/v1", model: other, keyEnvironment: FAR_KEY }] }
roles:
  - { name: quick, tier: C, purpose: short, models: [small], escalate: { to: deep, check: [empty, { regex: "^[{]" }] } }
  - { name: deep, purpose: long, models: [large, far] }
frontDoor: { model: small, fallback: deep }
pool: { memory: 20GB, mostLoaded: 3, patience: 5s }
engines: { llamaServer: ./bin/llama-server }
keys: [{ name: editor, environment: KEY, admin: true }]
limits: { queue: 9, body: 1MiB, request: 250ms }
state: { folder: state, traces: 1.5GiB }
memory: memory
`

test('a whole configuration is read; its paths begin at its folder', () => {
  expect(parseServeConfig(whole, '/house/foretoken.yaml')).toEqual({
    host: '0.0.0.0',
    port: 0,
    models: [
      {
        name: 'small',
        engine: 'embedded',
        path: '/house/a/small.gguf',
        ttlMs: 600_000,
        priority: -1,
        experts: 2,
        snapshots: 4,
      },
      {
        name: 'large',
        engine: 'llama-server',
        path: '/models/large.gguf',
        mmproj: '/house/p.gguf',
        rpc: ['10.0.0.2:50052'],
        pin: true,
      },
      {
        name: 'far',
        engine: 'remote',
        upstreams: [{ url: 'https://example.org/v1', model: 'other', keyEnvironment: 'FAR_KEY' }],
      },
    ],
    roles: [
      {
        name: 'quick',
        tier: 'C',
        purpose: 'short',
        models: ['small'],
        escalate: { to: 'deep', checks: [{ kind: 'empty' }, { kind: 'regex', pattern: '^[{]' }], hold: false },
      },
      { name: 'deep', purpose: 'long', models: ['large', 'far'] },
    ],
    frontDoor: { model: 'small', fallback: 'deep' },
    pool: { memoryBytes: 20e9, mostLoaded: 3, patienceMs: 5_000 },
    engines: { llamaServer: '/house/bin/llama-server' },
    keys: [{ name: 'editor', environment: 'KEY', admin: true }],
    limits: { queue: 9, bodyBytes: 2 ** 20, requestMs: 250 },
    state: { folder: '/house/state', traceBytes: 1.5 * 2 ** 30 },
    memory: '/house/memory',
  })
})

const model = 'models: [{ name: a, path: a.gguf }]\n'

describe('a fault is told with its line', () => {
  test.each([
    ['formatVersion: 2\n', '1:16: formatVersion Invalid input: expected 1'],
    ['formatVersion: 1\n', '1:1: models there is no model'],
    [`formatVersion: 1\n${model}key: x\n`, '3:6: key "key" is not known here'],
    [`formatVersion: 1\n${model}keys:\n  - { name: k, key: secret }\n`, '4:21: keys.0.key "key" is not known here'],
    [`formatVersion: 1\n${model}keys:\n  - { name: k }\n`, '4:5: keys.0 a key has environment or sha256'],
    [`formatVersion: 1\n${model}pool: { memory: 20 GB }\n`, '3:17: pool.memory a size is a number with its unit'],
    [
      `formatVersion: 1\n${model}roles:\n  - { name: r, purpose: p, models: [a], escalate: { to: s, check: [blank] } }\n`,
      'a check is empty, loop, json or { regex',
    ],
    [
      `formatVersion: 1\nmodels:\n  - { name: a, path: x }\n  - { name: a, path: y }\n`,
      '4:13: models.1.name "a" stands',
    ],
    ['formatVersion: 1\nmodels:\n  - { name: auto, path: x }\n', '3:13: models.0.name "auto" means'],
    ['formatVersion: 1\nmodels:\n  - { name: a }\n', '3:5: models.0 a model needs the path'],
    [
      'formatVersion: 1\nmodels:\n  - { name: a, path: x, rpc: ["h:1"] }\n',
      'models.0.rpc rpc needs engine: llama-server',
    ],
    [
      'formatVersion: 1\nmodels:\n  - { name: a, path: x, engine: llama-server, snapshots: 4 }\n',
      'models.0.snapshots only an embedded model has snapshots, and this one is llama-server',
    ],
    [
      'formatVersion: 1\nmodels:\n  - { name: a, embeddings: true, upstreams: [{ url: "http://h" }] }\n',
      'models.0.embeddings a remote model has no embeddings',
    ],
    ['formatVersion: 1\nmodels:\n  - { name: a, path: x, upstreams: [{ url: "file:///etc" }] }\n', '.upstreams.0.url'],
    [
      `formatVersion: 1\n${model}roles:\n  - { name: r, purpose: p, models: [b] }\n`,
      '4:37: roles.0.models.0 there is no model "b"',
    ],
    [
      `formatVersion: 1\n${model}roles:\n  - { name: r, purpose: p, models: [a], escalate: { to: r, check: [empty] } }\n`,
      'roles.0.escalate.to "r" escalates to itself',
    ],
    [
      `formatVersion: 1\n${model}roles:\n  - { name: r, purpose: p, models: [a], escalate: { to: x, check: [{ regex: "(" }] } }\n`,
      'there is no role "x", and 1 more',
    ],
    [`formatVersion: 1\n${model}frontDoor: { model: a }\n`, '3:12: frontDoor it needs at least two roles'],
    ['formatVersion: 1\nmodels: &a []\nroles: *a\n', 'aliases are not allowed'],
  ])('%j', (text, expected) => {
    expect(() => parseServeConfig(text, 'f.yaml')).toThrow(
      expect.objectContaining({ code: 'ERR_CONFIG_FORMAT', message: expect.stringContaining(expected) }),
    )
  })
})

test('a key itself is never in a message', () => {
  const { issues } = checkServeConfig(
    `formatVersion: 1\n${model}keys: [{ name: k, sha256: my-secret-key }]\n`,
    'f.yaml',
  )
  expect(issues).toHaveLength(1)
  expect(JSON.stringify(issues)).not.toContain('my-secret-key')
})

test('schemas/foretoken.schema.json is the published form; vitest -u writes it', async () => {
  const text = `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`
  await expect(text).toMatchFileSnapshot('../../../schemas/foretoken.schema.json')
})

describe('what is served', () => {
  test('named models are pinned, and no name stands twice', async () => {
    const { config } = await readServeConfig({ models: ['x/a.gguf', 'y/a.gguf'], slots: 2, port: 1 })
    expect(config.models).toMatchObject([
      { name: 'a', path: 'x/a.gguf', pin: true, slots: 2 },
      { name: 'a-2', path: 'y/a.gguf' },
    ])
    expect(config.port).toBe(1)
  })

  test.each([
    [{ models: ['a.gguf', 'b.gguf'], draft: 'c.gguf' }, '--draft goes with one model'],
    [{ models: ['a.gguf'], config: 'f.yaml' }, 'put the models into the configuration'],
    [{ models: [], config: 'f.yaml', slots: 1 }, 'say it in f.yaml'],
    [{ models: [] }, 'foretoken init writes one'],
  ])('%j is refused', async (options, expected) => {
    await expect(readServeConfig(options)).rejects.toMatchObject({
      code: 'ERR_OPTION_INVALID',
      message: expect.stringContaining(expected),
    })
  })

  test('the command line wins over the file', async () => {
    const path = join(folder, 'foretoken.yaml')
    writeFileSync(path, whole)
    const { config } = await readServeConfig({ models: [], config: path, port: 9, apiKeyEnv: 'MINE', state: 's' })
    expect(config).toMatchObject({ port: 9, host: '0.0.0.0', state: { folder: 's', traceBytes: 1.5 * 2 ** 30 } })
    expect(config.keys.map(({ environment }) => environment)).toEqual(['KEY', 'MINE'])
  })

  test('a file that is too large, or missing, is refused', async () => {
    const path = join(folder, 'large.yaml')
    writeFileSync(path, ' '.repeat(2 ** 20 + 1))
    await expect(readConfigFile(path)).rejects.toMatchObject({ code: 'ERR_CONFIG_FORMAT' })
    await expect(readConfigFile(join(folder, 'none.yaml'))).rejects.toMatchObject({ code: 'ERR_FILE_NOT_FOUND' })
  })
})

test('the example of the README is read', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
  const [, example = ''] = /```yaml\n(formatVersion: 1\n[\s\S]*?)```/.exec(readme) ?? []
  expect(parseServeConfig(example, 'foretoken.yaml').models.map(({ name }) => name)).toEqual([
    'small',
    'large',
    'seer',
    'far',
  ])
})
