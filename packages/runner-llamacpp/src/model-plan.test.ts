import { mkdtempSync, rmSync } from 'node:fs'
import { readFile, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import { fixtureModels } from '@foretoken/fixtures'
import { readModelParts } from '@foretoken/registry/gguf'
import { afterAll, describe, expect, it } from 'vitest'
import { planModel } from './model-plan.js'
import type { EstimateMemoryOptions } from './model-types.js'

const folder = mkdtempSync(join(tmpdir(), 'foretoken-plan-'))
afterAll(() => rmSync(folder, { recursive: true }))

const base = fixtureModels.base.q8_0
const moe = fixtureModels.moe.q8_0

/** The error that a plan ends with; its message is one line. */
async function refusal(
  path: string,
  options: EstimateMemoryOptions = {},
  signal?: AbortSignal,
): Promise<SpeculationError> {
  try {
    await planModel(path, options, signal)
  } catch (error) {
    if (!SpeculationError.is(error)) throw error
    expect(error.message).not.toContain('\n')
    return error
  }
  return expect.fail('the plan was made')
}

async function fileOf(name: string, bytes: Buffer | string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, bytes)
  return path
}

/** The base model with one text in its header replaced by another of the same length. */
async function replaced(name: string, from: string, to: string): Promise<string> {
  const bytes = Buffer.from(await readFile(base))
  const place = bytes.indexOf(from)
  expect(place).toBeGreaterThan(0)
  bytes.write(to.padEnd(from.length, ' ').slice(0, from.length), place)
  return await fileOf(name, bytes)
}

describe('files that are no models', () => {
  it('says that a file is missing', async () => {
    const error = await refusal(join(folder, 'none.gguf'))
    expect(error).toMatchObject({ code: 'ERR_FILE_NOT_FOUND', details: { path: join(folder, 'none.gguf') } })
    expect(error.cause).toMatchObject({ code: 'ENOENT' })
  })

  it.each([
    ['a directory', () => folder, 'directory'],
    ['an empty file', () => fileOf('empty.gguf', ''), 'empty'],
    ['a text', () => fileOf('text.gguf', 'not a model'), 'does not begin with "GGUF"'],
    ['three bytes', () => fileOf('short.gguf', 'GGU'), 'ends after 3 bytes'],
    [
      'a header without architecture',
      () => replaced('no-name.gguf', 'general.architecture', 'general.architectura'),
      'architecture',
    ],
  ])('says what %s is', async (_, make, words) => {
    const error = await refusal(await make())
    expect(error.code).toBe('ERR_MODEL_FORMAT')
    expect(error.message).toContain(words)
  })

  it('notices wherever a file was cut', async () => {
    const bytes = await readFile(base)
    const { dataOffset } = (await readModelParts(base, {})).first.header
    const path = await fileOf('cut.gguf', bytes)
    for (const length of [bytes.length - 1, dataOffset + 1, dataOffset, dataOffset - 40, 10_000, 100, 20]) {
      await truncate(path, length)
      const error = await refusal(path)
      expect([error.code, error.message]).toEqual(['ERR_MODEL_FORMAT', expect.stringContaining('download it again')])
    }
  })

  it('wants all parts of a model, from the first on', async () => {
    const bytes = await readFile(base)
    const parts = splitHeader(bytes, 2)
    const first = await fileOf('model-00001-of-00002.gguf', parts)
    expect((await refusal(first)).message).toContain('model-00002-of-00002.gguf')
    const second = await fileOf('model-00002-of-00002.gguf', bytes)
    await expect(planModel(first, {})).resolves.toMatchObject({
      file: { path: first, fileBytes: parts.length + bytes.length },
    })
    expect((await refusal(await fileOf('model.gguf', parts))).message).toContain('-00001-of-')
    await truncate(second, 100_000)
    expect((await refusal(first)).code).toBe('ERR_MODEL_FORMAT')
    expect((await refusal(await fileOf('many-00001-of-65000.gguf', splitHeader(bytes, 65_000)))).message).toContain(
      '65000 parts',
    )
  })
})

describe('models that cannot be run', () => {
  it.each([
    ['projectors', { general: { type: 'mmproj' } }, 'type "mmproj"'],
    ['embedders', { general: { architecture: 'bert' } }, 'do not continue text'],
  ])('refuses %s', async (_, metadataOverrides, words) => {
    const error = await refusal(base, { metadataOverrides })
    expect([error.code, error.message]).toEqual(['ERR_MODEL_UNSUPPORTED', expect.stringContaining(words)])
  })

  it.each([
    ['attention.head_count', 'qwen3.attention.hand_count'],
    ['feed_forward_length', 'qwen3.feed_forward_langth'],
  ])('wants to know %s', async (name, misspelt) => {
    const error = await refusal(await replaced(`${name}.gguf`, `qwen3.${name}`, misspelt))
    expect([error.code, error.message]).toEqual(['ERR_MODEL_FORMAT', expect.stringContaining(name)])
  })

  it.each([
    ['empty heads', base, { qwen3: { 'attention.key_length': 0 } }, 'ERR_MODEL_FORMAT'],
    ['a negative epsilon', base, { qwen3: { 'attention.layer_norm_rms_epsilon': -1 } }, 'ERR_MODEL_FORMAT'],
    ['no layers', base, { qwen3: { block_count: 0 } }, 'ERR_MODEL_FORMAT'],
    ['more experts used than there are', moe, { qwen3moe: { expert_used_count: 9 } }, 'ERR_OPTION_INVALID'],
    ['no expert used', moe, { qwen3moe: { expert_used_count: 0 } }, 'ERR_OPTION_INVALID'],
  ])('refuses %s, on which llama.cpp would end the process', async (_, path, metadataOverrides, code) => {
    expect((await refusal(path, { metadataOverrides })).code).toBe(code)
  })
})

describe('options', () => {
  it('have defaults within what the model was trained for', async () => {
    await expect(planModel(base, {})).resolves.toMatchObject({
      metadata: { architecture: 'qwen3', vocabularySize: 4096, trainedContextTokens: 2048 },
      contextTokens: 2048,
      batchTokens: 512,
      attention: 'exact',
    })
    await expect(planModel(base, { contextTokens: 100 })).resolves.toMatchObject({
      contextTokens: 100,
      batchTokens: 100,
    })
  })

  it.each([
    [{ contextTokens: 2049 }, 'contextTokens must be an integer from 16 to 2048'],
    [{ contextTokens: 15 }, 'contextTokens'],
    [{ contextTokens: 64.5 }, 'contextTokens'],
    [{ batchTokens: 0 }, 'batchTokens'],
    [{ contextTokens: 64, batchTokens: 65 }, 'batchTokens must be an integer from 1 to 64'],
    [{ attention: 'loose' as 'fast' }, "attention must be 'exact' or 'fast'"],
    [{ metadataOverrides: { qwen3: { context_length: '2048' } } }, 'it must be a number, got a string'],
    [{ metadataOverrides: { tokenizer: { 'ggml.tokens': 1 } } }, 'list, which cannot be replaced'],
    [{ metadataOverrides: { qwen3: { context_length: Number.NaN } } }, 'finite'],
    [{ metadataOverrides: { general: { name: 'n'.repeat(128) } } }, '127 bytes, got 128'],
  ])('%j are refused', async (options, words) => {
    const error = await refusal(base, options)
    expect([error.code, error.message]).toEqual(['ERR_OPTION_INVALID', expect.stringContaining(words)])
  })

  it('are read as llama.cpp will read them', async () => {
    const { metadata, engineOverrides } = await planModel(base, {
      metadataOverrides: { qwen3: { context_length: 1024, 'rope.freq_base': 10_000 }, general: { name: 'other' } },
    })
    expect(metadata.trainedContextTokens).toBe(1024)
    const frequency = engineOverrides['qwen3']?.['rope.freq_base']
    // node-llama-cpp must see a fraction there, or it writes an integer, which llama.cpp ignores.
    expect(Number.isInteger(frequency)).toBe(false)
    expect(Math.fround(Number(frequency))).toBe(10_000)
    expect(engineOverrides).toMatchObject({ qwen3: { context_length: 1024 }, general: { name: 'other' } })
  })

  it('stop when the caller cancels', async () => {
    const bytes = await readFile(base)
    await fileOf('two-00002-of-00002.gguf', bytes)
    const first = await fileOf('two-00001-of-00002.gguf', splitHeader(bytes, 2))
    const error = await refusal(first, {}, AbortSignal.abort('enough'))
    expect(error).toMatchObject({ code: 'ERR_ABORTED', cause: 'enough' })
  })
})

/** A first part without tensors that says it is one of `count`. */
function splitHeader(bytes: Buffer, count: number): Buffer {
  const pairs = bytes.readBigUInt64LE(16)
  const key = Buffer.from('split.count')
  const pair = Buffer.alloc(8 + key.length + 6)
  pair.writeBigUInt64LE(BigInt(key.length))
  key.copy(pair, 8)
  pair.writeUInt32LE(2, 8 + key.length)
  pair.writeUInt16LE(count, 12 + key.length)
  const header = Buffer.from(bytes.subarray(0, 24))
  header.writeBigUInt64LE(0n, 8)
  header.writeBigUInt64LE(pairs + 1n, 16)
  const rest = bytes.subarray(24)
  return Buffer.concat([header, pair, rest])
}

describe('the fingerprint of a plan', () => {
  it('is one of all fixtures, which share a tokenizer, and another where a special token is replaced', async () => {
    const plans = await Promise.all(Object.values(fixtureModels).map(({ q8_0 }) => planModel(q8_0, {})))
    const [first, ...others] = plans.map((plan) => plan.tokenizerFingerprint)
    for (const other of others) expect(other).toBe(first)
    const overrides = { metadataOverrides: { tokenizer: { 'ggml.eos_token_id': 4093 } } }
    expect((await planModel(base, overrides)).tokenizerFingerprint).not.toBe(first)
  })
})
