import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { GGUFValueType } from '@huggingface/gguf'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/temporary-folder.js'
import { writeGguf } from './gguf-writer.js'
import { readGguf } from './read-gguf.js'

const folder = temporaryFolder()
const format = { name: 'F32', id: 0, blockWeights: 1, blockBytes: 4 } as const
const tensors = [{ name: 'a', format, shape: [64], chunks: () => [new Uint8Array(256)] }]

describe('readGguf refuses', () => {
  it('a missing file and a folder', async () => {
    await expect(readGguf(join(folder, 'none.gguf'))).rejects.toMatchObject({ code: 'ERR_FILE_NOT_FOUND' })
    await expect(readGguf(folder)).rejects.toMatchObject({ code: 'ERR_FILE_NOT_FOUND' })
  })

  it.each([
    ['an empty file', ''],
    ['a text', 'This is no model.'],
    ['a header and nothing more', 'GGUF\u0003\0\0\0'],
  ])('%s', async (_, content) => {
    const path = join(folder, 'text.gguf')
    writeFileSync(path, content)

    await expect(readGguf(path)).rejects.toMatchObject({ code: 'ERR_MODEL_FORMAT' })
  })

  it.each([300, 130, 60])('a model that ends after %i bytes', async (bytes) => {
    const path = join(folder, 'truncated.gguf')
    await writeGguf(path, { metadata: new Map([['key', { type: GGUFValueType.STRING, value: 'value' }]]), tensors })
    truncateSync(path, bytes)

    await expect(readGguf(path)).rejects.toMatchObject({ code: 'ERR_MODEL_FORMAT' })
  })

  it('a format that it cannot move', async () => {
    const path = join(folder, 'q4.gguf')
    const [tensor] = tensors
    const q4 = { ...format, id: 2 } as const
    await writeGguf(path, { metadata: new Map(), tensors: tensor === undefined ? [] : [{ ...tensor, format: q4 }] })

    await expect(readGguf(path)).rejects.toThrow('a must be one of F32, F16, Q8_0, got ggml type 2')
  })

  it('metadata that the parser would not give back byte for byte', async () => {
    const path = join(folder, 'mark.gguf')
    const value = { type: GGUFValueType.STRING, value: '\ufeffmarked' }
    await writeGguf(path, { metadata: new Map([['key', value]]), tensors })

    await expect(readGguf(path)).rejects.toMatchObject({ code: 'ERR_MODEL_UNSUPPORTED' })
  })
})
