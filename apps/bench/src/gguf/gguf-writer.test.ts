import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { GGUFValueType, gguf, type MetadataValue } from '@huggingface/gguf'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/temporary-folder.js'
import { alignmentOf, type GgufValue, type TensorFormat, tensorBytes, tensorFormats } from './gguf-types.js'
import { type GgufContent, ggufBytes, type TensorSource, writeGguf } from './gguf-writer.js'
import { readGguf, readTensor } from './read-gguf.js'

const folder = temporaryFolder()

/** Far more than the slowest machine needs. */
const LONG_MS = 60_000

// The parser drops a byte order mark at the start of a string; readGguf refuses such a file.
const text = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((value) => !value.startsWith('\ufeff'))

const scalars: readonly (readonly [GGUFValueType, fc.Arbitrary<MetadataValue>])[] = [
  [GGUFValueType.UINT8, fc.integer({ min: 0, max: 0xff })],
  [GGUFValueType.INT8, fc.integer({ min: -0x80, max: 0x7f })],
  [GGUFValueType.UINT16, fc.integer({ min: 0, max: 0xffff })],
  [GGUFValueType.INT16, fc.integer({ min: -0x8000, max: 0x7fff })],
  [GGUFValueType.UINT32, fc.integer({ min: 0, max: 0xffff_ffff })],
  [GGUFValueType.INT32, fc.integer()],
  [GGUFValueType.FLOAT32, fc.float()],
  [GGUFValueType.BOOL, fc.boolean()],
  [GGUFValueType.STRING, text],
  [GGUFValueType.UINT64, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })],
  [GGUFValueType.INT64, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  [GGUFValueType.FLOAT64, fc.double()],
]

const metadataValue: fc.Arbitrary<GgufValue> = fc.oneof(
  ...scalars.map(([type, value]) => value.map((only): GgufValue => ({ type, value: only }))),
  ...scalars.map(([subType, value]) =>
    fc.array(value, { maxLength: 5 }).map((list): GgufValue => ({ type: GGUFValueType.ARRAY, subType, value: list })),
  ),
)
const metadata = fc
  .uniqueArray(fc.tuple(text, metadataValue), { maxLength: 8, selector: ([key]) => key })
  .map((entries) => new Map<string, GgufValue>(entries.map(([key, value]) => [`test.${key}`, value])))
const alignments = fc.constantFrom(undefined, 8, 32, 64)

interface TestTensor extends TensorSource {
  readonly data: Uint8Array
}
const tensor: fc.Arbitrary<TestTensor> = fc
  .tuple(fc.constantFrom(...tensorFormats), fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }))
  .chain(([format, [row = 1, ...rest]]) => {
    const shape = [row * format.blockWeights, ...rest]
    const length = tensorBytes(format, shape)
    return fc
      .tuple(fc.uint8Array({ minLength: length, maxLength: length }), fc.integer({ min: 1, max: 40 }))
      .map(([data, piece]): TestTensor => ({ name: 't', format, shape, data, chunks: () => pieces(data, piece) }))
  })

function* pieces(data: Uint8Array, length: number): Generator<Uint8Array> {
  for (let start = 0; start < data.length; start += length) yield data.subarray(start, start + length)
}

type Write = typeof writeGguf

/** What is written is what the parser reads: keys, types, values, places and data. */
async function roundTrip(write: Write): Promise<void> {
  const path = join(folder, 'round-trip.gguf')
  await fc.assert(
    fc.asyncProperty(metadata, alignments, fc.array(tensor, { maxLength: 3 }), async (values, alignment, list) => {
      if (alignment !== undefined) values.set('general.alignment', { type: GGUFValueType.UINT32, value: alignment })
      const tensors = list.map((only, index) => ({ ...only, name: `t.${index}` }))
      await write(path, { metadata: values, tensors })
      const read = await gguf(path, { allowLocalFile: true, typedMetadata: true })

      const { version, tensor_count, kv_count, ...entries } = read.typedMetadata
      expect([version.value, tensor_count.value, kv_count.value]).toEqual([
        3,
        BigInt(tensors.length),
        BigInt(values.size),
      ])
      expect(entries).toEqual(Object.fromEntries(values))
      const file = readFileSync(path)
      for (const [index, { name, format, shape, data }] of tensors.entries()) {
        const info = read.tensorInfos[index]
        const place = Number(read.tensorDataOffset) + Number(info?.offset)
        expect(info).toMatchObject({ name, dtype: format.id, shape: shape.map(BigInt) })
        expect(place % alignmentOf(values)).toBe(0)
        expect(file.subarray(place, place + data.length).equals(data)).toBe(true)
      }
    }),
    { numRuns: 60 },
  )
}

/** A writer that changes what it is given before it writes it. */
function spoiled(spoil: (content: GgufContent) => GgufContent): Write {
  return (path, content, options) => writeGguf(path, spoil(content), options)
}
const eachValue = (change: (value: GgufValue) => GgufValue) =>
  spoiled(({ metadata: values, tensors }) => ({
    metadata: new Map([...values].map(([key, value]) => [key, change(value)])),
    tensors,
  }))
const eachTensor = (change: (tensor: TensorSource) => TensorSource) =>
  spoiled(({ metadata: values, tensors }) => ({ metadata: values, tensors: tensors.map(change) }))

describe('writeGguf', () => {
  it('writes what the parser reads back', () => roundTrip(writeGguf), LONG_MS)

  it.each<[string, Write]>([
    [
      'widens a type',
      eachValue((value) => (value.type === GGUFValueType.INT8 ? { ...value, type: GGUFValueType.INT32 } : value)),
    ],
    [
      'takes all array elements for strings',
      eachValue((value) => (value.subType === undefined ? value : { ...value, subType: GGUFValueType.STRING })),
    ],
    ['cuts texts to one byte a sign', eachValue((value) => ({ ...value, value: latin1(value.value) }))],
    ['turns the shape round', eachTensor((only) => ({ ...only, shape: only.shape.toReversed() }))],
    ['zeroes the data', eachTensor((only) => ({ ...only, chunks: () => [new Uint8Array(bytesOf(only))] }))],
  ])(
    'the law catches a writer that %s',
    async (_, write) => {
      await expect(roundTrip(write)).rejects.toThrow()
    },
    LONG_MS,
  )

  it('keeps a large vocabulary exactly, types included', async () => {
    const path = join(folder, 'vocabulary.gguf')
    const words = Array.from({ length: 50_000 }, (_, index) => `Ġ${index.toString(36)}é`)
    const values = new Map<string, GgufValue>([
      ['tokens', { type: GGUFValueType.ARRAY, subType: GGUFValueType.STRING, value: words }],
      ['types', { type: GGUFValueType.ARRAY, subType: GGUFValueType.INT32, value: words.map((_, index) => index) }],
    ])
    await writeGguf(path, { metadata: values, tensors: [] })

    expect((await readGguf(path)).metadata).toEqual(values)
  })

  it('gives equal bytes for equal content, as many as foretold', async () => {
    const tensors = [plainTensor('a', [3, 5], 7), plainTensor('b', [9], 1)]
    const digests = []
    for (const name of ['one.gguf', 'two.gguf']) {
      await writeGguf(join(folder, name), { metadata: new Map(), tensors })
      const bytes = readFileSync(join(folder, name))
      expect(bytes.length).toBe(ggufBytes({ metadata: new Map(), tensors }))
      digests.push(createHash('sha256').update(bytes).digest('hex'))
    }
    expect(digests[0]).toBe(digests[1])
  })

  it('leaves nothing behind when it is cancelled or a tensor has the wrong length', async () => {
    const place = join(folder, 'failed')
    const wrong = { ...plainTensor('a', [8], 1), chunks: () => [new Uint8Array(33)] }
    await expect(writeGguf(join(place, 'a.gguf'), { metadata: new Map(), tensors: [wrong] })).rejects.toThrow(
      'a must have 32 bytes, got 33',
    )
    const controller = new AbortController()
    const tensors = [plainTensor('a', [8], 1), plainTensor('b', [8], 1)]
    const cancelled = writeGguf(
      join(place, 'b.gguf'),
      { metadata: new Map(), tensors },
      { signal: controller.signal, onProgress: () => controller.abort() },
    )
    await expect(cancelled).rejects.toMatchObject({ code: 'ERR_ABORTED' })

    expect(readdirSync(place)).toEqual([])
  })

  it('tells how much is written', async () => {
    const content = { metadata: new Map(), tensors: [plainTensor('a', [100], 3)] }
    const seen: number[] = []
    await writeGguf(join(folder, 'progress.gguf'), content, {
      onProgress: ({ doneBytes, totalBytes }) => seen.push(doneBytes / totalBytes),
    })

    expect(seen).toEqual([...seen].sort((a, b) => a - b))
    expect(seen.at(-1)).toBe(1)
  })
})

describe('readGguf', () => {
  it('finds every tensor and its data', async () => {
    const path = join(folder, 'read.gguf')
    await writeGguf(path, { metadata: new Map(), tensors: [plainTensor('a', [3], 7), plainTensor('b', [2, 2], 9)] })
    const source = await readGguf(path)

    expect(source.tensors.map(({ name, shape, bytes }) => [name, shape, bytes])).toEqual([
      ['a', [3], 12],
      ['b', [2, 2], 16],
    ])
    const [, second] = source.tensors
    expect(second && (await readTensor(source, second))).toEqual(Buffer.alloc(16, 9))
  })
})

const [f32] = tensorFormats as [TensorFormat]

function plainTensor(name: string, shape: readonly number[], fill: number): TensorSource {
  return { name, format: f32, shape, chunks: () => [new Uint8Array(tensorBytes(f32, shape)).fill(fill)] }
}
function bytesOf({ format, shape }: TensorSource): number {
  return tensorBytes(format, shape)
}
function latin1(value: MetadataValue): MetadataValue {
  return typeof value === 'string' ? Buffer.from(value, 'latin1').toString('latin1') : value
}
