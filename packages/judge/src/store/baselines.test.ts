import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { storedRun } from '../../test/stored-run.js'
import { baselines } from './baselines.js'

describe('baselines', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'baselines-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('keeps one run for a name, a suite and a model', async () => {
    const store = baselines(folder)
    const { record } = storedRun({ runId: 'math.a.1' })
    const later = { ...record, runId: 'math.a.2' }
    const coder = { ...record, runId: 'coder.a.1', suite: { ...record.suite, suite: 'coder' } }
    const other = { ...record, runId: 'math.b.1', model: { ...record.model, hash: 'f'.repeat(16) } }
    for (const each of [record, coder, other, later]) await store.set('default', each, 0)
    await store.set('release-1', record, 1)
    expect((await store.all()).map(({ name, runId }) => `${name} ${runId}`)).toEqual([
      ...['default coder.a.1', 'default math.b.1', 'default math.a.2'],
      'release-1 math.a.1',
    ])
    expect(await baselines(folder).find('default', record)).toMatchObject({ runId: 'math.a.2' })
    expect(await store.find('release-1', other)).toBeUndefined()
    expect(await store.find('none', record)).toBeUndefined()
    expect(await readdir(join(folder, 'baselines'))).toEqual(['default.json', 'release-1.json'])
  })

  it('refuses names that lead elsewhere, and files that are damaged', async () => {
    const { record } = storedRun({ runId: 'math.a.1' })
    const store = baselines(folder)
    await expect(store.set('../x', record, 0)).rejects.toThrow('the name of a baseline must be')
    await expect(store.find('A', record)).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
    await store.set('default', record, 0)
    await writeFile(join(folder, 'baselines/default.json'), '[{"suite":"math"}]')
    await expect(store.all()).rejects.toThrow('default.json: 0.model')
    await writeFile(join(folder, 'baselines/default.json'), ' '.repeat(5 * 2 ** 20))
    await expect(store.all()).rejects.toThrow('at most')
  })
})
