import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fixtureModels } from '@foretoken/fixtures'
import { shippedRegistry } from '@foretoken/registry'
import { afterAll, expect, test } from 'vitest'
import { memoryHost } from '../../../test/memory-host.js'
import { startScripted } from '../../../test/scripted-engine.js'
import { main } from '../../main.js'
import { previewPool } from './preview-pool.js'

const folder = mkdtempSync(join(tmpdir(), 'foretoken-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function plan(yaml: string, ...args: readonly string[]) {
  const path = join(folder, 'foretoken.yaml')
  writeFileSync(path, yaml)
  const host = memoryHost()
  return { exitCode: await main(['plan', '--serve', path, ...args], host), ...host.written }
}

test('says what each request would load and unload, and why one is refused', async () => {
  const model = (name: string, bytes: number, isPinned = false) => ({ name, bytes, isPinned, start: startScripted() })
  const { steps } = await previewPool({
    models: [model('door', 2, true), model('a', 5), model('b', 5), model('huge', 9)],
    budgetBytes: 10,
    requests: ['a', 'door', 'b', 'huge'],
  })
  expect(steps).toEqual([
    { model: '', loads: [{ model: 'door', bytes: 2 }], evicts: [], usedBytes: 2 },
    { model: 'a', loads: [{ model: 'a', bytes: 5 }], evicts: [], usedBytes: 7 },
    { model: 'door', loads: [], evicts: [], usedBytes: 7 },
    {
      model: 'b',
      loads: [{ model: 'b', bytes: 5 }],
      evicts: [{ model: 'a', reason: 'b needs its room' }],
      usedBytes: 7,
    },
    {
      model: 'huge',
      loads: [],
      evicts: [],
      refused: expect.stringContaining('huge needs 0 MB of the 0 MB'),
      usedBytes: 7,
    },
  ])
})

test('foretoken plan --serve tells it of a configuration, and what cannot be read', async () => {
  const yaml = `formatVersion: 1
models:
  - { name: base, path: ${JSON.stringify(fixtureModels.base.q8_0)} }
  - { name: moe, path: ${JSON.stringify(fixtureModels.moe.q8_0)} }
  - { name: gone, path: gone.gguf }
roles: [{ name: quick, purpose: short, models: [moe] }]
pool: { mostLoaded: 1 }
`
  const { exitCode, stdout } = await plan(yaml, '--requests', 'base,role:quick,moe')
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^at the start: 0 MB of [\d.]+ GB\nbase: [\d.]+ MB of .*\n {2}loads base: [\d.]+ MB\n/)
  expect(stdout).toContain('  unloads base: moe needs its room\n  loads moe: ')
  expect(stdout).toContain('  is loaded already\n')
  expect(stdout).toMatch(/- The model gone cannot be served: .*gone\.gguf/)
})

test('the shipped registry as its source is planned for this machine: each role says why it is not served', async () => {
  const yaml = `formatVersion: 1\nregistry: ${JSON.stringify(fileURLToPath(shippedRegistry))}\n`
  const { exitCode, stdout } = await plan(yaml, '--json')
  expect(exitCode).toBe(0)
  const { steps, notes } = JSON.parse(stdout) as { steps: object[]; notes: string[] }
  expect(steps).toHaveLength(1)
  expect(notes.length).toBeGreaterThan(10)
})
