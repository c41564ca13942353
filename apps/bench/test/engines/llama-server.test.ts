import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fixtureModels, fixturePrompts } from '@foretoken/fixtures'
import { type LoadedModel, loadModel } from '@foretoken/runner-llamacpp'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { startLlamaServer } from '../../src/end-to-end/llama-server.js'
import { greedyText } from '../model/greedy-text.js'
import { temporaryFolder } from '../temporary-folder.js'

const { llamaServer } = inject('engines')
const path = fixtureModels.base.q8_0
const server = { path: llamaServer, model: path, threads: 1, contextTokens: 512 }
const maxTokens = 32
const folder = temporaryFolder()

let model: LoadedModel
beforeAll(async () => {
  model = await loadModel(path, { threads: 1 })
})
afterAll(() => model[Symbol.asyncDispose]())

function promptOf(id: string) {
  const text = fixturePrompts.find((prompt) => prompt.id === id)?.text ?? ''
  return model.tokenize(text, { special: true })
}

describe('llama-server', () => {
  it('writes over HTTP what the runner writes in this process', async () => {
    await using running = await startLlamaServer(server)
    const prompt = promptOf('rename-walk')
    const answer = await running.complete(prompt, maxTokens)
    const expected = await greedyText(model, prompt, { maxTokens })

    expect(Array.from(answer.tokens)).toEqual(expected.tokens)
    expect(answer.draftedTokens).toBe(0)
    expect(answer.wallMs).toBeGreaterThan(answer.generateMs)
  })

  it('drafts with its own lookup and with a draft model, and writes the same', async () => {
    const prompt = promptOf('rename-walk')
    const expected = await greedyText(model, prompt, { maxTokens })
    const ways = [
      ['--spec-type', 'ngram-simple', '--spec-ngram-simple-size-n', '3'],
      ['--spec-type', 'draft-simple', '--spec-draft-model', fixtureModels.draft.q8_0],
    ]
    for (const args of ways) {
      await using running = await startLlamaServer({ ...server, args })
      const { tokens, draftedTokens, acceptedTokens } = await running.complete(prompt, maxTokens)

      expect([args[1], Array.from(tokens)]).toEqual([args[1], expected.tokens])
      expect(draftedTokens).toBeGreaterThan(0)
      expect(acceptedTokens).toBeLessThanOrEqual(draftedTokens)
    }
  })

  it('is gone when it was disposed of', async () => {
    const running = await startLlamaServer(server)
    expect((await fetch(`${running.url}/health`)).status).toBe(200)
    await running[Symbol.asyncDispose]()
    await expect(fetch(`${running.url}/health`)).rejects.toThrow('fetch failed')
  })

  it('says why it does not start', async () => {
    const missing = join(folder, 'none.gguf')
    expect(existsSync(missing)).toBe(false)
    await expect(startLlamaServer({ ...server, model: missing })).rejects.toThrow(
      /llama-server ended with 1: .*none\.gguf/s,
    )
  })
})
