import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fixtureModels } from '@foretoken/fixtures'
import { gguf } from '@huggingface/gguf'
import { expect, test } from 'vitest'
import type { GgufValue } from './gguf-header.js'
import { readHeader } from './read-header.js'

const paths = Object.values(fixtureModels).flatMap(({ f16, q8_0 }) => [f16, q8_0].map((path) => [basename(path), path]))

test.each(paths)('%s: reads what @huggingface/gguf reads', async (_, path = '') => {
  const { header, fileBytes } = await readHeader(path)
  const theirs = await gguf(path, { allowLocalFile: true })
  const { version, tensor_count, kv_count, ...metadata } = theirs.metadata
  expect({ version: header.version, keys: header.metadata.size }).toEqual({ version, keys: Number(kv_count) })
  for (const [key, value] of Object.entries(metadata)) {
    const ours = header.metadata.get(key)
    // Floats are rounded to four bytes in the file, and long lists of numbers are skipped.
    if (Array.isArray(value)) expect([key, ...ourItems(ours)]).toEqual([key, ...(isSkipped(ours) ? [] : value)])
    else expect([key, ours]).toEqual([key, value])
  }
  expect(header.tensors.length).toBe(Number(tensor_count))
  expect(header.tensors.map(({ name, type, dimensions, offset }) => ({ name, type, dimensions, offset }))).toEqual(
    theirs.tensorInfos.map(({ name, dtype, shape, offset }) => ({
      ...{ name, type: dtype, dimensions: shape.map(Number), offset: Number(offset) },
    })),
  )
  expect(header.dataOffset).toBe(Number(theirs.tensorDataOffset))
  expect(fileBytes).toBe(readFileSync(path).length)
})

function isSkipped(value: GgufValue | undefined): boolean {
  return typeof value === 'object' && value.strings === undefined && value.values === undefined
}

function ourItems(value: GgufValue | undefined): readonly unknown[] {
  if (typeof value !== 'object') return [value]
  const { strings, values = [] } = value
  return strings === undefined ? values : Array.from({ length: strings.length }, (_, index) => strings.text(index))
}
