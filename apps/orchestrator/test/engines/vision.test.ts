import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fixtureModels } from '@foretoken/fixtures'
import {
  type Complete,
  imageControl,
  loadPackagedSuite,
  loadSuiteImages,
  packagedSuiteFolder,
  remoteComplete,
  type StoredRun,
} from '@foretoken/judge'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { main } from '../../src/main.js'
import { memoryHost } from '../memory-host.js'
import { type LlamaServer, startLlamaServer } from './llama-server.js'
import { writeProjector } from './made-projector.js'

const { llamaServer } = inject('engines')
const imageTokens = 16

describe('images through llama-server', () => {
  let folder: string
  let server: LlamaServer
  let complete: Complete
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vision-'))
    const projector = join(folder, 'projector.gguf')
    await writeProjector(projector, { textWidth: 192, imageSize: 56, patchSize: 14 })
    server = await startLlamaServer(llamaServer, fixtureModels.base.q8_0, ['--mmproj', projector, '--ctx-size', '2048'])
    complete = remoteComplete({ protocol: 'openai', baseUrl: server.baseUrl, model: 'base' })
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })

  it('shows the model every image of the suite, and none where none is sent', async () => {
    const request = { maxTokens: 8 }
    for (const prompt of (await loadPackagedSuite('vl')).prompts) {
      const images = await loadSuiteImages(prompt, packagedSuiteFolder())
      const answer = await complete(prompt.messages, { ...request, images: images.right })
      const { faults, withoutImage, withWrongImage } = await imageControl(prompt, images, answer, { complete, request })
      const extra = [answer, withWrongImage].map(({ usage }) => usage.promptTokens - withoutImage.usage.promptTokens)
      // What a model that sees nothing answers may be the same; that its prompt is may not.
      expect([prompt.id, ...extra]).toEqual([prompt.id, imageTokens, imageTokens])
      expect(faults.filter((fault) => fault.includes('tokens'))).toEqual([])
    }
  }, 120_000)

  it('judges them by judge run, and keeps with each answer how long its prompt was', async () => {
    const call = async (...args: readonly string[]) => {
      const host = memoryHost()
      const exitCode = await main([...args, '--out', join(folder, 'results'), '--json'], host)
      expect([exitCode, host.written.stderr]).toEqual([0, ''])
      return JSON.parse(host.written.stdout)
    }
    const place = `base@${server.baseUrl}`
    const { runs } = await call('judge', 'run', '--suite', 'vl', '--models', place, '--max-tokens', '8')
    const { rows } = (await call('runs', 'show', runs[0].runId)) as StoredRun
    expect(rows).toHaveLength(10)
    for (const { promptId, score, reason, usage } of rows) {
      expect([promptId, (usage?.promptTokens ?? 0) > imageTokens]).toEqual([promptId, true])
      expect([promptId, reason]).toEqual([promptId, expect.not.stringContaining('tokens with the image')])
      // A model that sees nothing answers the same to all images, which is no score.
      if (reason.startsWith('invalid: ')) expect([promptId, score]).toEqual([promptId, undefined])
      else expect([promptId, [0, 1, 2, 3].includes(score ?? -1)]).toEqual([promptId, true])
    }
  }, 120_000)

  it('is found out where images are dropped on the way', async () => {
    const [prompt] = (await loadPackagedSuite('vl')).prompts
    if (prompt === undefined) throw new Error('vl has no prompts')
    const request = { maxTokens: 8 }
    const blind: Complete = (messages, options) => complete(messages, { ...options, images: [] })
    const images = await loadSuiteImages(prompt, packagedSuiteFolder())
    const answer = await blind(prompt.messages, { ...request, images: images.right })
    const { valid, faults } = await imageControl(prompt, images, answer, { complete: blind, request })
    expect(valid).toBe(false)
    expect(faults).toEqual(expect.arrayContaining([expect.stringMatching(/tokens with the image and without one$/)]))
  })
})
