import { ggmlTypes } from './ggml-types.js'
import { GgufCursor, type GgufFile, headerIncomplete } from './gguf-cursor.js'
import { GgufStrings } from './gguf-strings.js'

/** A metadata value. */
export type GgufValue = number | bigint | string | boolean | GgufArray

/** An array in the metadata, or a text too long for anything that is asked for: an array of its bytes. */
export interface GgufArray {
  readonly items: number
  /** Of an array of texts, such as the vocabulary. */
  readonly strings?: GgufStrings
  /** Of a short array of numbers or booleans, such as one value a layer; decoded anew each time. */
  readonly values?: readonly (number | bigint | boolean)[]
  /** SHA-256 of the array as it lies in the file. */
  readonly digest: () => string
}

/** The metadata by key. */
export type GgufMetadata = ReadonlyMap<string, GgufValue>

/** Where one tensor lies. */
export interface GgufTensor {
  readonly name: string
  /** Id of `enum ggml_type`. */
  readonly type: number
  /** Sizes by dimension, the row first. */
  readonly dimensions: readonly number[]
  readonly values: number
  readonly bytes: number
  /** From the start of the tensor data. */
  readonly offset: number
}

/** Everything before the tensor data. */
export interface GgufHeader {
  readonly version: number
  readonly metadata: GgufMetadata
  /** Keys of values that are stored as floats, whole numbers among them. */
  readonly floatKeys: ReadonlySet<string>
  readonly tensors: readonly GgufTensor[]
  /** Where the tensor data begin. */
  readonly dataOffset: number
}

// gguf.h, `enum gguf_type`.
const floatTypes: readonly number[] = [6, 12]
const stringType = 8
const arrayType = 9
/** Bytes of one value by type; 0 for strings and for what arrays cannot hold. */
const itemBytes: readonly number[] = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8]
/** The smallest a pair or a tensor can be in the header: empty name or key, one byte of value, no dimension. */
const leastPairBytes = 13
const leastTensorBytes = 24
// GGML_MAX_DIMS, GGML_MAX_NAME.
const mostDimensions = 4
// No model has a tenth of either, and a hostile header must not fill the memory with them.
const mostPairs = 8_192
/** More tensors than a model has. */
export const mostTensors = 16_384
const mostNameBytes = 63
const mostKeyBytes = 1_024
/** All texts together. Chat templates have 100 kB at most; of a whole tokenizer.json nobody asks for the text. */
const mostTextBytes = 2 * 1024 * 1024
/** LLAMA_MAX_LAYERS: longer arrays of numbers are scores and types of tokens, which nobody asks for. */
const mostValues = 512

/**
 * Reads a GGUF header of version 2 or 3 (ggml's docs/gguf.md) from the first bytes of a file. As strict as
 * `gguf_init_from_file`, and every count is held against the size of the file, so time and memory are linear in it.
 *
 * Returns `undefined` when the header goes on behind `bytes`; throws `ERR_MODEL_FORMAT` when it is damaged.
 */
export function parseGgufHeader(bytes: Buffer, file: GgufFile): GgufHeader | undefined {
  try {
    return parse(new GgufCursor(bytes, file))
  } catch (error) {
    if (error === headerIncomplete) return undefined
    throw error
  }
}

function parse(cursor: GgufCursor): GgufHeader {
  if (cursor.uint32() !== 0x46_55_47_47) throw cursor.damaged('it does not begin with "GGUF"')
  const version = cursor.uint32()
  if (version !== 2 && version !== 3) throw cursor.damaged(`its GGUF version is ${version}, expected 2 or 3`)
  const tensorCount = cursor.uint64()
  const pairCount = cursor.uint64()
  const { metadata, floatKeys } = readMetadata(cursor, pairCount)
  const alignment = alignmentOf(cursor, metadata)
  const tensors = readTensors(cursor, { count: tensorCount, alignment })
  const dataOffset = Math.ceil(cursor.position / alignment) * alignment
  return { version, metadata, floatKeys, tensors, dataOffset }
}

function readMetadata(cursor: GgufCursor, count: number): Pick<GgufHeader, 'metadata' | 'floatKeys'> {
  cursor.room(count, leastPairBytes)
  if (count > mostPairs) throw cursor.damaged(`it announces ${count} metadata keys, at most ${mostPairs} are read`)
  const metadata = new Map<string, GgufValue>()
  const floatKeys = new Set<string>()
  let textBytes = mostTextBytes
  for (let index = 0; index < count; index++) {
    const key = cursor.string(mostKeyBytes, 'a metadata key')
    // To C, a key that begins with a zero byte is empty.
    if (key === '' || key.startsWith('\0') || metadata.has(key))
      throw cursor.damaged(`its metadata key ${JSON.stringify(key)} is empty or double`)
    const type = cursor.uint32()
    const start = cursor.position
    metadata.set(key, readValue(cursor, type, textBytes))
    if (type === stringType && typeof metadata.get(key) === 'string') textBytes -= cursor.position - start
    if (floatTypes.includes(type)) floatKeys.add(key)
  }
  return { metadata, floatKeys }
}

function readValue(cursor: GgufCursor, type: number, mostText: number): GgufValue {
  if (type === stringType) return readText(cursor, mostText)
  if (type === arrayType) return readArray(cursor)
  return cursor.scalar(type)
}

function readText(cursor: GgufCursor, mostBytes: number): string | GgufArray {
  const start = cursor.position
  const length = cursor.uint64()
  if (length <= mostBytes) return cursor.utf8(length)
  cursor.skip(length)
  return { items: length, digest: cursor.digestOf(start) }
}

function readArray(cursor: GgufCursor): GgufArray {
  const start = cursor.position
  const type = cursor.uint32()
  const items = cursor.uint64()
  if (type === stringType) {
    cursor.room(items, 8)
    const strings = new GgufStrings(cursor, items)
    return { items, strings, digest: cursor.digestOf(start) }
  }
  const bytes = itemBytes[type] ?? 0
  if (bytes === 0) throw cursor.damaged(`an array holds values of the unknown type ${type}`)
  cursor.room(items, bytes)
  const first = cursor.skip(items * bytes)
  const digest = cursor.digestOf(start)
  if (items > mostValues) return { items, digest }
  // Decoded when they are asked for: as values, the bytes of a hostile header would take eight times their room.
  return {
    items,
    digest,
    get values() {
      const reader = cursor.at(first)
      return Array.from({ length: items }, () => reader.scalar(type))
    },
  }
}

function alignmentOf(cursor: GgufCursor, metadata: GgufMetadata): number {
  const alignment = metadata.get('general.alignment') ?? 32
  const isPowerOfTwo = typeof alignment === 'number' && alignment >= 1 && Number.isInteger(Math.log2(alignment))
  if (!isPowerOfTwo) throw cursor.damaged(`its general.alignment is no power of two`)
  return alignment
}

function readTensors(cursor: GgufCursor, { count, alignment }: { count: number; alignment: number }): GgufTensor[] {
  cursor.room(count, leastTensorBytes)
  if (count > mostTensors) throw cursor.damaged(`it announces ${count} tensors, at most ${mostTensors} are read`)
  const tensors: GgufTensor[] = []
  const names = new Set<string>()
  for (let index = 0; index < count; index++) {
    const tensor = readTensor(cursor)
    if (names.has(tensor.name)) throw cursor.damaged(`it holds two tensors ${JSON.stringify(tensor.name)}`)
    if (tensor.offset % alignment !== 0) throw cursor.damaged(`tensor ${tensor.name} does not begin at a border`)
    names.add(tensor.name)
    tensors.push(tensor)
  }
  return tensors
}

function readTensor(cursor: GgufCursor): GgufTensor {
  const name = cursor.string(mostNameBytes, 'the name of a tensor')
  const count = cursor.uint32()
  if (count > mostDimensions) throw cursor.damaged(`tensor ${name} has ${count} dimensions`)
  const dimensions = Array.from({ length: count }, () => cursor.uint64())
  if (dimensions.includes(0)) throw cursor.damaged(`tensor ${name} has an empty dimension`)
  const values = dimensions.reduce((product, size) => product * size, 1)
  const type = cursor.uint32()
  const layout = ggmlTypes.get(type)
  if (layout === undefined) throw cursor.damaged(`tensor ${name} has the unknown type ${type}`)
  if (!Number.isSafeInteger(values) || (dimensions[0] ?? 1) % layout.values !== 0) {
    throw cursor.damaged(`tensor ${name} has an impossible shape`)
  }
  const bytes = (values / layout.values) * layout.bytes
  return { name, type, dimensions, values, bytes, offset: cursor.uint64() }
}
