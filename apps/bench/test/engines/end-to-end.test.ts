import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, it } from 'vitest'
import type { EndToEndReport } from '../../src/end-to-end/end-to-end.js'
import { main } from '../../src/main.js'
import { fakeHost } from '../fake-host.js'
import { temporaryFolder } from '../temporary-folder.js'

const folder = temporaryFolder()
const sizes = ['--models', 'base', '--max-tokens', '24', '--repetitions', '1', '--threads', '1']

it('lets every engine and drafter write the same answer', async () => {
  const host = fakeHost()
  const out = join(folder, 'report.json')
  const llamaCpp = inject('engines').folder
  const args = [...sizes, '--prompts', 'rename-walk', '--llama-cpp', llamaCpp, '--out', out]
  expect(await main(['end-to-end', ...args], host)).toBe(0)
  const report = JSON.parse(readFileSync(out, 'utf8')) as EndToEndReport
  const rows = report.models[0]?.rows ?? []

  expect(new Set(rows.map(({ engine }) => engine))).toEqual(
    new Set(['foretoken/native', 'foretoken/node-llama-cpp', 'llama-server', 'node-llama-cpp']),
  )
  // On Q8_0 no draft changes a text, and llama.cpp alone writes it too.
  for (const { engine, drafter, sameTexts } of rows) expect([engine, drafter, sameTexts]).toEqual([engine, drafter, 1])
  const oracle = rows.filter(({ drafter }) => drafter === 'oracle')
  expect(oracle.map(({ tokensPerStep }) => tokensPerStep)).toEqual([12, 12])
  const hopeless = rows.filter(({ drafter }) => drafter === 'hopeless')
  expect(hopeless.map(({ acceptedTokens, draftedTokens }) => [acceptedTokens, draftedTokens > 100])).toEqual([
    [0, true],
    [0, true],
  ])
  for (const { drafter } of rows) expect(host.output()).toContain(`│ ${drafter} `)
})

it('says what it leaves out where llama.cpp’s own programs are not built', async () => {
  const host = fakeHost()
  const out = join(folder, 'without.json')
  const args = [...sizes, '--prompts', 'exact', '--engines', 'llama-server,foretoken/node-llama-cpp', '--out', out]
  expect(await main(['end-to-end', ...args], host)).toBe(0)

  expect(host.output()).toContain('llama-server, not measured: llama.cpp’s own programs are not built')
  expect(host.output()).toContain('npm run test:engines builds them')
  expect(host.output()).toContain('│ oracle ')
})
