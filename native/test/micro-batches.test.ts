import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { fixtureModels } from '@foretoken/fixtures'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findCompiler } from '../build.mjs'

interface Row {
  readonly shape: readonly number[]
  readonly told: readonly number[]
  readonly graphs: number
  readonly decodes: number
}

const children = fileURLToPath(new URL('children', import.meta.url))

describe.each([
  ['base', 0],
  ['hybrid', 3],
] as const)('micro-batches of the %s model with %i snapshots', (name, snapshots) => {
  let folder: string
  let rows: Row[]
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foretoken-micro-batches-'))
    const library = join(folder, 'count-graphs.so')
    const source = join(children, 'count-graphs.cc')
    execFileSync(findCompiler() ?? 'c++', ['-O1', '-shared', '-fPIC', '-o', library, source, '-ldl'])
    const count = join(folder, 'count')
    await writeFile(count, '')
    const args = [join(children, 'micro-batches.mjs'), fixtureModels[name].q8_0, `${snapshots}`]
    const env = {
      ...process.env,
      COUNT_GRAPHS: count,
      LD_PRELOAD: [process.env['LD_PRELOAD'], library].filter(Boolean).join(' '),
    }
    const { stdout } = await promisify(execFile)(process.execPath, args, { env })
    rows = JSON.parse(stdout)
  })
  afterAll(async () => await rm(folder, { recursive: true }))

  it('are as many as the graphs that llama.cpp evaluates', () => {
    for (const { shape, told, graphs, decodes } of rows) {
      expect({ shape, decodes, told }).toEqual({ shape, decodes: 1, told: told.map(() => graphs) })
    }
    expect(new Set(rows.map(({ graphs }) => graphs)).size).toBeGreaterThan(2)
  })

  it('are one for equal widths, two for two widths', () => {
    const found = new Map(rows.map(({ shape, graphs }) => [shape.join(), graphs]))
    expect(found.get('3,3,3,3,3')).toBe(1)
    expect(found.get('1,5')).toBe(2)
    expect(found.get('5,1')).toBe(2)
  })
})
