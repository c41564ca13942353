import { mkdirSync, readdirSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { GGUFValueType } from '@huggingface/gguf'
import { describe, expect, it } from 'vitest'
import { randomModel } from '../../test/random-model.js'
import { temporaryFolder } from '../../test/temporary-folder.js'
import { writeGguf } from '../gguf/gguf-writer.js'
import { randomSource } from '../random-source.js'
import { inflate } from './inflate.js'
import type { ModelShape, SourceShape } from './model-shape.js'

const folder = temporaryFolder()

describe('inflate', () => {
  it('makes a file once, and again when it is not whole', async () => {
    const path = await writeModel('once.gguf', model)
    const options = { path, shape: () => larger, folder: join(folder, 'cache') }
    const first = await inflate(options)
    const second = await inflate(options)
    truncateSync(first.path, first.fileBytes - 1)
    const third = await inflate(options)

    expect([first.reused, second.reused, third.reused]).toEqual([false, true, false])
    expect(new Set([first.path, second.path, third.path]).size).toBe(1)
    expect(statSync(first.path).size).toBe(first.fileBytes)
  })

  it('names a file after what went into it', async () => {
    const path = await writeModel('named.gguf', model)
    const wide = await inflate({ path, shape: () => larger, folder })
    const wider = await inflate({ path, shape: () => ({ ...larger, width: 64 }), folder })
    const again = await writeModel('named.gguf', model, 2)
    const other = await inflate({ path: again, shape: () => larger, folder })

    expect(new Set([wide.path, wider.path, other.path]).size).toBe(3)
  })

  it.each<[string, Partial<ModelShape>]>([
    ['width must be at least 8, got 4', { width: 4 }],
    ['width must be a multiple of 32, got 33', { width: 33 }],
    ['heads must be a multiple of kvHeads, at least 3 times as many, got 4 and 2', { heads: 4, kvHeads: 2 }],
    ['layers must be at least 2, got 1', { layers: 1 }],
  ])('refuses a shape: %s', async (message, shape) => {
    const path = await writeModel('refused.gguf', model)
    const refused = inflate({ path, shape: () => ({ ...larger, ...shape }), folder })

    await expect(refused).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID', message })
  })

  it('refuses heads that do not fill the width of a hybrid model', async () => {
    const path = await writeModel('hybrid.gguf', { ...model, architecture: 'lfm2' })

    await expect(inflate({ path, shape: () => larger, folder })).rejects.toThrow(
      'heads must be width / 2 in an lfm2 model, got 8 and width 32',
    )
  })

  it('refuses another architecture and a tensor that it does not know', async () => {
    const content = randomModel(model, randomSource(1))
    const llama = new Map(content.metadata).set('general.architecture', { type: GGUFValueType.STRING, value: 'llama' })
    const path = join(folder, 'llama.gguf')
    await writeGguf(path, { ...content, metadata: llama })
    await expect(inflate({ path, shape: () => larger, folder })).rejects.toThrow('must be one of qwen3, qwen3moe, lfm2')

    const tensors = content.tensors.map((tensor) => ({ ...tensor, name: tensor.name.replace('attn_q.', 'attn_qkv.') }))
    await writeGguf(path, { ...content, tensors })
    await expect(inflate({ path, shape: () => larger, folder })).rejects.toThrow('no rule for inflating')
  })

  it('leaves nothing behind when it is cancelled', async () => {
    const path = await writeModel('cancelled.gguf', model)
    const empty = join(folder, 'empty')
    mkdirSync(empty)
    const cancelled = inflate({ path, shape: () => larger, folder: empty, signal: AbortSignal.abort() })

    await expect(cancelled).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    expect(readdirSync(empty)).toEqual([])
  })
})

const model: SourceShape = {
  architecture: 'qwen3',
  width: 8,
  feedForward: 6,
  heads: 3,
  kvHeads: 1,
  headLength: 2,
  layers: 2,
  experts: 1,
  normEpsilon: Math.fround(1e-6),
}
const larger: ModelShape = { width: 32, feedForward: 32, heads: 8, kvHeads: 2, layers: 3 }

async function writeModel(name: string, shape: SourceShape, seed = 1): Promise<string> {
  const path = join(folder, name)
  await writeGguf(path, randomModel(shape, randomSource(seed)))
  return path
}
