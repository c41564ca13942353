import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fixtureModels } from '@foretoken/fixtures'
import { afterAll, expect, test } from 'vitest'
import { memoryHost } from '../../../test/memory-host.js'
import { main } from '../../main.js'
import { checkServeConfig } from '../config/parse-serve-config.js'

const folder = mkdtempSync(join(tmpdir(), 'foretoken-'))
const models = join(folder, 'models: "odd"')
mkdirSync(models)
afterAll(() => rmSync(folder, { recursive: true }))

async function call(...args: readonly string[]) {
  const host = memoryHost()
  return { exitCode: await main(['init', ...args], host), ...host.written }
}

test('what is written for the files of a folder is read again, and serves them', async () => {
  await Promise.all([
    copyFile(fixtureModels.base.q8_0, join(models, 'base #1.gguf')),
    copyFile(fixtureModels.draft.q8_0, join(models, 'draft.gguf')),
    copyFile(fixtureModels.moe.q8_0, join(models, 'auto.gguf')),
  ])
  writeFileSync(join(models, 'broken.gguf'), 'GGUF')
  const out = join(folder, 'foretoken.yaml')
  const { exitCode, stdout } = await call(folder, '-o', out)
  expect(exitCode).toBe(0)
  expect(stdout).toContain('for 3 models')
  expect(stdout).toContain('broken.gguf is left out')
  const { config, issues } = checkServeConfig(readFileSync(out, 'utf8'), out)
  expect(issues).toEqual([])
  expect(config?.models.map(({ name, path }) => [name, path])).toEqual([
    ['auto-2', join(models, 'auto.gguf')],
    ['base-1', join(models, 'base #1.gguf')],
    ['draft', join(models, 'draft.gguf')],
  ])
  expect(config?.roles.map(({ name }) => name)).toEqual(['quick', 'thorough'])
})

test('every suggestion of it is valid, too', async () => {
  const out = join(folder, 'suggested.yaml')
  await call(models, '-o', out)
  const text = readFileSync(out, 'utf8')
  // Everything behind a # that looks like an entry; sentences do not.
  const live = text.replace(/^(\s*)# ((?:- \{|\w+:(?: |$)).*)$/gm, (_, indent: string, entry: string) => indent + entry)
  expect(live).not.toBe(text)
  const { issues } = checkServeConfig(live.replace('keys:\n# ', 'keys:\n'), out)
  expect(issues).toEqual([])
})

test('what is there is not replaced unless that is asked for', async () => {
  const out = join(folder, 'mine.yaml')
  writeFileSync(out, 'mine')
  const { exitCode, stderr } = await call(models, '-o', out)
  expect([exitCode, readFileSync(out, 'utf8')]).toEqual([2, 'mine'])
  expect(stderr).toContain('add --force')
  expect((await call(models, '-o', out, '--force', '--json')).stdout).toContain('draft.gguf')
  expect(readFileSync(out, 'utf8')).toContain('formatVersion: 1')
})

test('a folder without models is told', async () => {
  const empty = join(folder, 'empty')
  mkdirSync(empty)
  expect(await call(empty, '-o', join(folder, 'x.yaml'))).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining('there is no GGUF model'),
  })
})
