import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fixtureModels } from '@foretoken/fixtures'
import type { StoredRun } from '@foretoken/judge'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { main } from '../../src/main.js'
import { memoryHost } from '../memory-host.js'
import { startLlamaServer } from './llama-server.js'

const { llamaServer } = inject('engines')
const model = fixtureModels.base.q8_0

const note = `
suite: note
version: 1
description: d
prompts:
  - id: note
    tier: T1
    messages: [{ role: user, content: 'Write a note.' }]
    reference: 'A note.'
    rubric: { right: 'It is a note.' }
    answers: { right: 'Dear cat.', wrong: 'x' }
`

describe('judge run through llama-server', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'judge-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const call = async (...args: readonly string[]) => {
    const host = memoryHost()
    const exitCode = await main([...args, '--out', join(folder, 'results'), '--json'], host)
    expect([exitCode, host.written.stderr]).toEqual([0, ''])
    return JSON.parse(host.written.stdout)
  }
  const judged = async (place: string): Promise<StoredRun> => {
    const { runs } = await call('judge', 'run', '--suite', 'fixture', '--models', place, '--threads', '1')
    return call('runs', 'show', runs[0].runId)
  }

  it('keeps the answers that the model gives in this process', async () => {
    await using server = await startLlamaServer(llamaServer, model, ['--ctx-size', '2048', '--alias', 'fore-base'])
    const there = await judged(`fore-base@${server.baseUrl}`)
    const here = await judged(model)
    expect(there.record).toMatchObject({
      model: { path: `${server.baseUrl}/fore-base` },
      engine: { settings: { ftype: 'Q8_0' } },
    })
    const said = ({ rows }: StoredRun) =>
      rows.map(({ promptId, answer, score, usage }) => ({ promptId, answer, score, promptTokens: usage?.promptTokens }))
    expect(said(there)).toEqual(said(here))
    expect(there.rows.filter(({ passed }) => passed).length).toBeGreaterThan(10)
  })

  it('gets scores of a form that the engine enforces, from llama-server and in this process', async () => {
    await writeFile(join(folder, 'note.yaml'), note)
    await using server = await startLlamaServer(llamaServer, fixtureModels.moe.q8_0, ['--ctx-size', '2048'])
    // What these judges say is worth nothing; that it can be read is all that is asked.
    for (const judge of [`moe-here@${server.baseUrl}`, fixtureModels.moe.q8_0]) {
      const options = ['--models', model, '--judge', judge, '--context', '2048', '--threads', '1', '--max-tokens', '16']
      const { runs } = await call('judge', 'run', '--suite', join(folder, 'note.yaml'), ...options)
      const { rows } = (await call('runs', 'show', runs[0].runId)) as StoredRun
      expect(rows.map(({ score, judges }) => [[0, 1, 2, 3].includes(score ?? -1), judges?.length])).toEqual([[true, 1]])
    }
  })
})
