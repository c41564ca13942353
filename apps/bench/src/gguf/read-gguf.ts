import { open, stat } from 'node:fs/promises'
import { SpeculationError } from '@foretoken/contract'
import { type GGUFParseOutput, type GGUFTypedMetadata, gguf } from '@huggingface/gguf'
import { encodeMetadata } from './encode-metadata.js'
import { type GgufMetadata, type GgufValue, type TensorFormat, tensorBytes, tensorFormats } from './gguf-types.js'

/** A tensor of a file. */
export interface TensorInfo {
  readonly name: string
  readonly format: TensorFormat
  /** In GGUF order: the length of a row first. */
  readonly shape: readonly number[]
  /** Place of the first byte in the file. */
  readonly offset: number
  readonly bytes: number
}

/** A GGUF file whose metadata can be written again byte for byte. */
export interface GgufSource {
  readonly path: string
  readonly metadata: GgufMetadata
  readonly tensors: readonly TensorInfo[]
}

type Parsed = GGUFParseOutput & { readonly typedMetadata: GGUFTypedMetadata }

// Magic, version and the two counts, which the parser lists among the metadata.
const PREAMBLE_BYTES = 24
const preambleKeys: ReadonlySet<string> = new Set(['version', 'tensor_count', 'kv_count'])

/** Reads metadata and tensor places of a GGUF file; the data stays where it is. */
export async function readGguf(path: string): Promise<GgufSource> {
  const fileBytes = await sizeOf(path)
  const parsed = await parse(path)
  const entries = Object.entries<GgufValue>({ ...parsed.typedMetadata })
  const metadata = new Map(entries.filter(([key]) => !preambleKeys.has(key)))
  const tensors = parsed.tensorInfos.map((info) => {
    const format = formatOf(path, info.name, Number(info.dtype))
    const shape = info.shape.map(Number)
    const offset = Number(parsed.tensorDataOffset + info.offset)
    return { name: info.name, format, shape, offset, bytes: tensorBytes(format, shape) }
  })
  const end = Math.max(Number(parsed.tensorDataOffset), ...tensors.map(({ offset, bytes }) => offset + bytes))
  if (end > fileBytes) {
    throw new SpeculationError('ERR_MODEL_FORMAT', `${path} must have ${end} bytes, it ends after ${fileBytes}`)
  }
  await assertExact(path, parsed, metadata)
  return { path, metadata, tensors }
}

/** The bytes of one tensor. */
export async function readTensor(source: GgufSource, { name, offset, bytes }: TensorInfo): Promise<Buffer> {
  const handle = await open(source.path)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, offset)
    if (bytesRead === bytes) return buffer
    throw new SpeculationError('ERR_MODEL_FORMAT', `${source.path} ends inside tensor ${name}`)
  } finally {
    await handle.close()
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    const found = await stat(path)
    if (found.isFile()) return found.size
  } catch (cause) {
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `${path} cannot be read`, { cause })
  }
  throw new SpeculationError('ERR_FILE_NOT_FOUND', `${path} is not a file`)
}

async function parse(path: string): Promise<Parsed> {
  try {
    return await gguf(path, { allowLocalFile: true, typedMetadata: true })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new SpeculationError('ERR_MODEL_FORMAT', `${path} is not a whole GGUF model: ${reason}`, { cause })
  }
}

function formatOf(path: string, name: string, id: number): TensorFormat {
  const format = tensorFormats.find((candidate) => candidate.id === id)
  if (format !== undefined) return format
  const known = tensorFormats.map((candidate) => candidate.name).join(', ')
  throw new SpeculationError('ERR_MODEL_UNSUPPORTED', `${path}: ${name} must be one of ${known}, got ggml type ${id}`)
}

// The parser decodes leniently (byte order marks, bytes that are no UTF-8, repeated keys) and fills the end of a
// truncated file with zeros. What it read counts only if it gives the same bytes again.
async function assertExact(path: string, parsed: Parsed, metadata: GgufMetadata): Promise<void> {
  const encoded = encodeMetadata(metadata)
  const [end] = parsed.tensorInfoByteRange
  const original = Buffer.alloc(end - PREAMBLE_BYTES)
  const handle = await open(path)
  try {
    await handle.read(original, 0, original.length, PREAMBLE_BYTES)
  } finally {
    await handle.close()
  }
  if (parsed.littleEndian && Number(parsed.metadata.version) > 1 && encoded.equals(original)) return
  throw new SpeculationError(
    'ERR_MODEL_UNSUPPORTED',
    `the metadata of ${path} cannot be copied exactly: it must be little-endian GGUF version 2 or 3, in valid UTF-8`,
  )
}
