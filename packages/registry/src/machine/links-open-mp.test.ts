import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { linksOpenMp } from './links-open-mp.js'

const folder = mkdtempSync(join(tmpdir(), 'foretoken-'))
beforeAll(() => {
  for (const name of ['static', 'shared', 'without']) mkdirSync(join(folder, name))
  // Across the border of two reads.
  const far = Buffer.alloc(2 ** 20 + 100, 1)
  far.write('libgomp.so.1', 2 ** 20 - 5)
  writeFileSync(join(folder, 'static/llama-server'), far)
  writeFileSync(join(folder, 'shared/llama-server'), 'a program')
  writeFileSync(join(folder, 'shared/libggml-cpu.so'), '\0libomp.so\0')
  writeFileSync(join(folder, 'without/llama-server'), 'a program')
  writeFileSync(join(folder, 'without/libggml-cpu.so'), 'a library')
  writeFileSync(join(folder, 'without/notes.txt'), 'libgomp.so.1')
  symlinkSync(join(folder, 'shared/llama-server'), join(folder, 'without/linked'))
})
afterAll(() => rmSync(folder, { recursive: true }))

it.each([
  ['static/llama-server', true],
  ['shared/llama-server', true],
  ['without/llama-server', false],
  ['without/linked', true],
  ['without/none', undefined],
])('%s: %s', async (path, links) => {
  expect(await linksOpenMp(join(folder, path))).toBe(links)
})
