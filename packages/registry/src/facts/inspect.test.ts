import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { SpeculationError } from '@foretoken/contract'
import { fixtureModels } from '@foretoken/fixtures'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HeaderPair, headerBytes, madeTensor, textPair, uint16Pair, uint32Pair } from '../../test/made-header.js'
import { readHeader } from '../gguf/read-header.js'
import { inspect } from './inspect.js'

const folder = mkdtempSync(join(tmpdir(), 'foretoken-inspect-'))
afterAll(() => rmSync(folder, { recursive: true }))

const code = (wanted: string) => (error: unknown) => SpeculationError.is(error) && error.code === wanted

describe('inspect', () => {
  it('says what a dense model is', async () => {
    const facts = await inspect(fixtureModels.base.q8_0)
    expect(facts).toMatchObject({
      ...{ architecture: 'qwen3', kind: 'model', layers: 4, embeddingLength: 192, contextTokens: 2048 },
      quantization: { name: 'Q8_0', types: [{ type: 'Q8_0' }, { type: 'F32' }] },
      vocabulary: { type: 'bpe', preTokenizer: 'qwen2', size: 4096, eos: 4095, addBos: false, addEos: false },
      ...{ rollback: 'trim', seesWithProjector: false, draftHeads: [] },
      memory: { attention: [{ layers: 4, keyLength: 64, valueLength: 64 }], recurrentBytes: 0 },
    })
    expect(facts.activeParameters).toBe(facts.parameters)
    expect(facts.chatTemplate).toContain('<|im_start|>')
    expect(facts.experts).toBeUndefined()
  })

  it('counts the experts that a token passes', async () => {
    const { experts, parameters, activeParameters } = await inspect(fixtureModels.moe.f16)
    // Three matrices of 160 × 96 for each expert, in three layers; four of the eight are idle.
    const bytes = 3 * 3 * 160 * 96 * 8 * 2
    expect(experts).toEqual({ count: 8, used: 4, bytes, shared: 0, overrideKey: 'qwen3moe.expert_used_count' })
    expect(parameters - activeParameters).toBe(3 * 3 * 160 * 96 * 4)
  })

  it('finds the layers of a hybrid that keep a state', async () => {
    const { rollback, memory } = await inspect(fixtureModels.hybrid.f16)
    expect(rollback).toBe('bounded')
    expect(memory.attention).toEqual([{ layers: 2, keyLength: 64, valueLength: 64 }])
    expect(memory.recurrentBytes).toBe(4 * 192 * 2 * 4)
  })

  it('gives one fingerprint to the tokenizer of all fixtures', async () => {
    const facts = await Promise.all(Object.values(fixtureModels).map(({ f16 }) => inspect(f16)))
    expect(new Set(facts.map(({ vocabulary }) => vocabulary?.fingerprint)).size).toBe(1)
  })

  it('is content with the bytes of a header', async () => {
    const file = readFileSync(fixtureModels.base.q8_0)
    const { header } = await readHeader(file)
    const facts = await inspect(file.subarray(0, header.dataOffset))
    expect(facts).toMatchObject({ location: 'the bytes', architecture: 'qwen3', parameters: 3_147_968 })
  })

  it('finds heads, windows and latent attention by their keys', async () => {
    const made = (architecture: string, pairs: readonly HeaderPair[], tensors: readonly Buffer[] = []) =>
      inspect(headerBytes([textPair('general.architecture', architecture), ...pairs], tensors))
    const deepseek = await made(
      'deepseek2',
      [
        ...[uint32Pair('deepseek2.block_count', 3), uint32Pair('deepseek2.nextn_predict_layers', 1)],
        ...[uint32Pair('deepseek2.attention.head_count', 16), uint32Pair('deepseek2.attention.head_count_kv', 1)],
        ...[uint32Pair('deepseek2.attention.key_length', 576), uint32Pair('deepseek2.attention.key_length_mla', 192)],
      ],
      ['blk.0.attn_norm.weight', 'blk.2.nextn.eh_proj.weight'].map((name) => madeTensor(name, [32, 2])),
    )
    expect(deepseek).toMatchObject({ kind: 'model', layers: 2, draftHeads: [{ kind: 'mtp', layers: 1 }] })
    expect(deepseek.memory.attention).toEqual([{ layers: 2, keyLength: 576, valueLength: 0 }])
    const gemma = await made('gemma3', [
      ...[uint32Pair('gemma3.block_count', 12), uint32Pair('gemma3.attention.sliding_window', 512)],
      ...[uint32Pair('gemma3.attention.head_count', 4), uint32Pair('gemma3.attention.head_count_kv', 1)],
      uint32Pair('gemma3.attention.key_length', 256),
    ])
    expect(gemma).toMatchObject({ kind: 'vocabulary', rollback: 'sliding-window' })
    expect(gemma.memory.attention).toEqual([
      { layers: 10, keyLength: 256, valueLength: 256, windowTokens: 512 },
      { layers: 2, keyLength: 256, valueLength: 256 },
    ])
    expect(await made('clip', [textPair('general.type', 'mmproj')])).toMatchObject({ kind: 'projector' })
    expect(await made('eagle3', [uint32Pair('eagle3.block_count', 1)])).toMatchObject({
      ...{ kind: 'draft-head', draftHeads: [{ kind: 'eagle3', layers: 1 }] },
    })
    const head = [uint32Pair('qwen3next.block_count', 3), uint32Pair('qwen3next.nextn_predict_layers', 1)]
    expect(await made('qwen3next', head, [madeTensor('blk.2.nextn.eh_proj.weight', [32, 2])])).toMatchObject({
      ...{ kind: 'draft-head', draftHeads: [{ kind: 'mtp', layers: 1 }] },
    })
    for (const architecture of ['dflash', 'gemma4-assistant'])
      expect(await made(architecture, [uint32Pair(`${architecture}.block_count`, 4)])).toMatchObject({
        ...{ kind: 'draft-head', draftHeads: [{ kind: architecture === 'dflash' ? 'dflash' : 'mtp', layers: 4 }] },
      })
    expect(await made('mamba2', [])).toMatchObject({ rollback: 'checkpoint' })
  })

  it('refuses a file without an architecture, and one that is cut', async () => {
    await expect(inspect(headerBytes([]))).rejects.toSatisfy(code('ERR_MODEL_FORMAT'))
    const cut = join(folder, 'cut.gguf')
    writeFileSync(cut, readFileSync(fixtureModels.base.q8_0).subarray(0, 1_000_000))
    await expect(inspect(cut)).rejects.toThrow(/its weights need \d+ bytes and the file has 1000000; download it again/)
    await expect(inspect(join(folder, 'none.gguf'))).rejects.toSatisfy(code('ERR_FILE_NOT_FOUND'))
    await expect(inspect(folder)).rejects.toThrow('it is a directory; name a GGUF file')
    await expect(inspect('/dev/null')).rejects.toThrow('it is not a regular file')
  })

  describe('split', () => {
    const part = (index: number) => join(folder, `model-0000${index}-of-00002.gguf`)
    const tensors = ['token_embd.weight', 'output.weight'].map((name) => madeTensor(name, [32, 2]))
    const pairs = [textPair('general.architecture', 'llama'), uint16Pair('split.count', 2)]

    it('reads all parts', async () => {
      writeFileSync(part(1), Buffer.concat([headerBytes(pairs, tensors.slice(0, 1)), Buffer.alloc(256)]))
      writeFileSync(part(2), Buffer.concat([headerBytes([], tensors.slice(1)), Buffer.alloc(256)]))
      const facts = await inspect(part(1))
      expect(facts).toMatchObject({ files: [part(1), part(2)], parameters: 128 })
    })

    it('says which part is missing, and which one to name', async () => {
      rmSync(part(2))
      await expect(inspect(part(1))).rejects.toThrow('model-00002-of-00002.gguf')
      writeFileSync(part(2), headerBytes(pairs))
      await expect(inspect(part(2))).rejects.toThrow('not the first')
      await expect(inspect(readFileSync(part(1)))).rejects.toSatisfy(code('ERR_OPTION_INVALID'))
    })
  })
})

describe('inspect over HTTP', () => {
  const file = readFileSync(fixtureModels.base.q8_0)
  const packed = gzipSync(file)
  const asked: string[] = []
  const credentials: (string | undefined)[] = []
  let server: Server
  let address: string

  type Answer = (response: ServerResponse, end: number) => unknown
  const inRanges: Answer = (response, end) =>
    response.writeHead(206, { 'content-range': `bytes 0-${end - 1}/${file.length}` }).end(file.subarray(0, end))
  const answers: Readonly<Record<string, Answer>> = {
    '/missing.gguf': (response) => response.writeHead(404).end(),
    '/silent.gguf': () => undefined,
    '/whole.gguf': (response) => response.writeHead(200, { 'content-length': file.length }).end(file),
    '/page.gguf': (response) => response.writeHead(200).end('<!doctype html><title>Log in</title>'),
    '/circle.gguf': (response) => response.writeHead(302, { location: '/circle.gguf' }).end(),
    '/packed.gguf': (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed),
    '/endless.gguf': (response) => response.writeHead(200).write(file),
  }

  beforeAll(async () => {
    server = createServer((request, response) => {
      const { url = '', headers } = request
      const range = /^bytes=0-(\d+)$/.exec(headers.range ?? '')?.[1]
      asked.push(`${url} ${range}`)
      if (url === '/private.gguf') credentials.push(headers.authorization)
      const answer = answers[url] ?? inRanges
      answer(response, Math.min(Number(range) + 1, file.length))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => server.closeAllConnections())

  it('reads the header by ranges', async () => {
    const facts = await inspect(`${address}/model.gguf`)
    expect(facts).toMatchObject({ location: `${address}/model.gguf`, architecture: 'qwen3', fileBytes: file.length })
    expect(asked).toEqual(['/model.gguf 0', `/model.gguf ${2 ** 20 - 1}`])
  })

  it('reads no more than the header from a server without ranges', async () => {
    expect(await inspect(new URL(`${address}/whole.gguf`))).toMatchObject({ fileBytes: file.length })
  })

  it.each(['packed', 'endless'])('takes the length of the weights where a server tells none: %s', async (name) => {
    const { fileBytes } = await inspect(`${address}/${name}.gguf`)
    expect(fileBytes).toBe(file.length)
  })

  it('tells a page and a circle from a model, and an address from a path', async () => {
    await expect(inspect(`${address}/page.gguf`)).rejects.toSatisfy(code('ERR_MODEL_FORMAT'))
    await expect(inspect(`${address}/circle.gguf`)).rejects.toThrow(/^cannot reach .*; check the address$/)
    await expect(inspect('http://')).rejects.toSatisfy(code('ERR_FILE_NOT_FOUND'))
  })

  it('sends a name and password, and never repeats them', async () => {
    const facts = await inspect(`${address.replace('//', '//me:p%40ss@')}/private.gguf`)
    expect([facts.location, new Set(credentials)]).toEqual([
      `${address}/private.gguf`,
      new Set([`Basic ${Buffer.from('me:p@ss').toString('base64')}`]),
    ])
  })

  it('sends a password with a per cent sign of its own', async () => {
    credentials.length = 0
    await inspect(`${address.replace('//', '//me:50%zz@')}/private.gguf`)
    expect(new Set(credentials)).toEqual(new Set([`Basic ${Buffer.from('me:50%zz').toString('base64')}`]))
  })

  it('says what the server answers, and ends when it is told to', async () => {
    await expect(inspect(`${address}/missing.gguf`)).rejects.toThrow('the server answers 404')
    const late = 'the server took more than 50 ms for'
    await expect(inspect(`${address}/silent.gguf`, { timeoutMs: 50 })).rejects.toThrow(late)
    const signal = AbortSignal.timeout(50)
    await expect(inspect(`${address}/silent.gguf`, { signal })).rejects.toSatisfy(code('ERR_ABORTED'))
  })
})
