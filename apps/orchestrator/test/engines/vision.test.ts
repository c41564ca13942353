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
} from '@foretoken/judge'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
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
