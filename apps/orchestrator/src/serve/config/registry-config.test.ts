import { fileURLToPath } from 'node:url'
import { shippedRegistry } from '@foretoken/registry'
import { expect, test } from 'vitest'
import { withRegistry } from './registry-config.js'
import type { ServeConfig } from './serve-config.js'

const config: ServeConfig = {
  models: [],
  roles: [],
  pool: {},
  engines: {},
  keys: [],
  limits: {},
  registry: fileURLToPath(shippedRegistry),
}

test('where no file of a registry is here, each role says why it is not served', async () => {
  const { config: found, notes } = await withRegistry(config, () => false)
  expect(found).toMatchObject({ models: [], roles: [] })
  expect(found.frontDoor).toBeUndefined()
  expect(notes.length).toBeGreaterThan(10)
  for (const note of notes) expect(note).toMatch(/^The role \w+ is not served: \/.* is not here\.$/)
})

test('where all files are here, roles have their models, their escalation and a front door', async () => {
  const { config: found, notes } = await withRegistry(config, () => true)
  expect(notes).toEqual([])
  const names = found.models.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(found.roles.find(({ name }) => name === 'coder_primary')).toMatchObject({
    tier: 'B',
    models: ['qwen3-coder-30b-a3b-instruct-Q4_K_M-4-experts'],
    escalate: { to: 'coder_escalation', checks: [{ kind: 'empty' }, { kind: 'loop' }], hold: false },
  })
  expect(found.roles.find(({ name }) => name === 'worker_math')?.models).toEqual(
    found.roles.find(({ name }) => name === 'worker_general')?.models,
  )
  expect(
    found.models.find(({ name }) => name.startsWith('qwen3-coder-30b') && name.endsWith('6-experts')),
  ).toMatchObject({
    pin: true,
    experts: 6,
  })
  expect(found.frontDoor).toMatchObject({ fallback: 'frontdoor' })
  expect(found.frontDoor?.roles).toContain('architect_coding')
})

test('roles that are not served are left out of escalations, and own roles win', async () => {
  const mine = { name: 'coder_primary', purpose: 'mine', models: ['m'] }
  const { config: found } = await withRegistry(
    { ...config, roles: [mine], models: [{ name: 'm', engine: 'embedded', path: 'm.gguf' }] },
    (path) => !path.includes('480B'),
  )
  expect(found.roles.filter(({ name }) => name === 'coder_primary')).toEqual([mine])
  const served = new Set(found.roles.map(({ name }) => name))
  for (const { escalate } of found.roles) if (escalate !== undefined) expect(served).toContain(escalate.to)
})
