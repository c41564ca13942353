import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fixtureModels } from '@foretoken/fixtures'
import { llamaServer } from '@foretoken/runner-llamacpp'
import { afterAll, describe, expect, inject, test } from 'vitest'
import type { ServingEngine } from '../../src/serve/serving-engine.js'
import type { ChatInput } from '../../src/serve/text-request.js'
import { llamaServerEngine } from '../../src/serve/upstream/llama-server-engine.js'
import type { LlamaServerEngineOptions } from '../../src/serve/upstream/llama-server-options.js'
import { remoteEngine } from '../../src/serve/upstream/remote-engine.js'
import { otherVocabulary } from '../other-vocabulary.js'
import { completion, readAnswer } from '../serving-answers.js'
import { writeProjector } from './made-projector.js'

const { llamaServer: program } = inject('engines')
const onePixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const { signal } = new AbortController()
const folder = mkdtempSync(join(tmpdir(), 'foretoken-serve-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function started(options: Partial<LlamaServerEngineOptions> = {}): Promise<ServingEngine> {
  const path = fixtureModels.base.q8_0
  const start = llamaServerEngine({ path, program, threads: 1, slots: 1, contextTokens: 512, ...options })
  return start({ signal, onProgress: () => {}, onEvent: () => {} })
}

function chat(messages: ChatInput['messages'], more: Partial<ChatInput> = {}): ChatInput {
  return { kind: 'chat', messages, tools: [], toolChoice: 'auto', ...more }
}

test('experts that are changed change the answer', async () => {
  const textOf = async (experts?: number): Promise<string> => {
    await using engine = await started({ path: fixtureModels.moe.q8_0, ...(experts && { experts }) })
    return (await readAnswer(engine, completion('def total(values):', { maxTokens: 24 }))).text
  }
  expect(await textOf(1)).not.toBe(await textOf())
  await expect(started({ experts: 2 })).rejects.toThrow('it has none')
  await expect(started({ path: fixtureModels.moe.q8_0, experts: 99 })).rejects.toThrow('experts must be an integer')
})

test('a model that cannot be loaded tells the real reason', async () => {
  const args = ['--override-kv', 'general.architecture=str:foo']
  const error = { code: 'ERR_MODEL_UNSUPPORTED', message: expect.stringContaining("model architecture: 'foo'") }
  await expect(started({ args })).rejects.toMatchObject(error)
  await expect(started({ path: join(folder, 'none.gguf') })).rejects.toMatchObject({ code: 'ERR_FILE_NOT_FOUND' })
  await expect(started({ program: join(folder, 'none') })).rejects.toThrow('PATH')
})

test('a draft model that was left out is told with every answer', async () => {
  const path = join(folder, 'other.gguf')
  writeFileSync(path, otherVocabulary(fixtureModels.draft.q8_0))
  await using engine = await started({ draft: { kind: 'model', path } })
  const { end } = await readAnswer(engine, completion('def total(values):', { maxTokens: 4 }))
  expect(end.notDrafted).toMatch(/llama-server left its draft model out: .* must match/)
})

test('a picture takes tokens', async () => {
  const projectorPath = join(folder, 'projector.gguf')
  await writeProjector(projectorPath, { textWidth: 192, imageSize: 56, patchSize: 14 })
  await using engine = await started({ projectorPath })
  expect(engine.facts.takesImages).toBe(true)
  const png = { mediaType: 'image/png', base64: onePixel }
  const promptTokens = async (images: readonly (typeof png)[]): Promise<number> => {
    const input = chat([{ role: 'user', content: 'What is it?', images }])
    const [first] = (await readAnswer(engine, completion('', { input, maxTokens: 2 }))).events
    return first?.kind === 'start' ? first.promptTokens : 0
  }
  expect((await promptTokens([png])) - (await promptTokens([]))).toBe(16)
})

test('tools are left to a template that knows them', async () => {
  const template = join(import.meta.dirname, 'tool-template.jinja')
  await using engine = await started({ args: ['--chat-template-file', template] })
  expect(engine.facts.toolFormat).toBe('engine')
  const tools = [{ name: 'set_light', description: 'Switches the light', parameters: { type: 'object' } }]
  const messages: ChatInput['messages'] = [
    { role: 'user', content: 'Light on, please.' },
    { role: 'assistant', content: '', toolCalls: [{ id: 'c1', name: 'set_light', arguments: '{"on":true}' }] },
    { role: 'tool', content: 'done', toolCallId: 'c1' },
  ]
  const request = completion('', { input: chat(messages, { tools }), maxTokens: 4 })
  const [first] = (await readAnswer(engine, request)).events
  const promptTokens = await engine.countTokens(request)
  expect(first).toMatchObject({ promptTokens })
  const without = await engine.countTokens(completion('', { input: chat(messages) }))
  expect(promptTokens - without).toBeGreaterThan(40)
})

describe('what a server is for', () => {
  test('vectors', async () => {
    await using engine = await started({ serves: 'vectors', args: ['--pooling', 'mean'] })
    const { vectors = [], promptTokens = 0 } = (await engine.embed?.(['one', 'two', 'one'], { signal })) ?? {}
    expect(vectors.map((vector) => vector.length)).toEqual([192, 192, 192])
    expect(vectors[0]).toEqual(vectors[2])
    expect(vectors[0]).not.toEqual(vectors[1])
    expect(promptTokens).toBeGreaterThan(2)
    await expect(readAnswer(engine, completion('x'))).rejects.toThrow('started for vectors and writes no text')
  })
})

test('a llama-server elsewhere is asked as any other server', async () => {
  const command = [
    program,
    '--model',
    fixtureModels.base.q8_0,
    '--threads',
    '1',
    '--ctx-size',
    '512',
    '--alias',
    'base',
  ]
  await using server = await llamaServer({ command })
  const { url, apiKey } = await server.ready()
  const remote = (key: string) =>
    remoteEngine({ servers: [{ baseUrl: `${url}/v1`, apiKey: key }], model: 'base', retries: 0 })({
      ...{ signal, onProgress: () => {}, onEvent: () => {} },
    })
  await using engine = await remote(apiKey)
  expect(engine.facts).toMatchObject({ engine: 'remote', memoryBytes: 0 })
  await using local = await started()
  const request = completion('def total(values):', { maxTokens: 24 })
  const [there, here] = [await readAnswer(engine, request), await readAnswer(local, request)]
  expect(there.text).toBe(here.text)
  expect(there.events[0]).toEqual({ kind: 'start', promptTokens: 0, reusedTokens: 0 })
  expect(here.events[0]).toMatchObject({ promptTokens: there.end.promptTokens })
  await expect(remote('wrong-key')).rejects.toMatchObject({ code: 'ERR_ENGINE_LOST', details: { status: 401 } })
})
