import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import { encodeMetadata, encodeString, encodeUint32, encodeUint64 } from './encode-metadata.js'
import { alignmentOf, alignUp, type GgufMetadata, type TensorFormat, tensorBytes } from './gguf-types.js'

/** A tensor to be written. */
export interface TensorSource {
  readonly name: string
  readonly format: TensorFormat
  /** In GGUF order: the length of a row first. */
  readonly shape: readonly number[]
  /** The data in pieces of any size, asked for when its turn has come, so that a model never is in memory as a whole. */
  readonly chunks: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>
}

/** What a GGUF file holds. */
export interface GgufContent {
  readonly metadata: GgufMetadata
  readonly tensors: readonly TensorSource[]
}

/** Options of {@link writeGguf}. */
export interface WriteGgufOptions {
  /** Hears how much of the file is written. */
  readonly onProgress?: (progress: { readonly doneBytes: number; readonly totalBytes: number }) => void
  /** Ends the writing with `ERR_ABORTED`; nothing stays behind. */
  readonly signal?: AbortSignal
}

/**
 * Writes a GGUF file, version 3, little-endian. Equal content gives equal bytes.
 *
 * The file appears under its name only when it is whole: it is written beside it and renamed at the end.
 */
export async function writeGguf(path: string, content: GgufContent, options: WriteGgufOptions = {}): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const partial = `${path}.${process.pid}.partial`
  try {
    const handle = await open(partial, 'w')
    try {
      await writeContent(handle, content, options)
      await handle.datasync()
    } finally {
      await handle.close()
    }
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}

/** Size of the file that {@link writeGguf} makes of `content`. */
export function ggufBytes(content: GgufContent): number {
  return layOut(content).totalBytes
}

async function writeContent(handle: FileHandle, content: GgufContent, options: WriteGgufOptions): Promise<void> {
  const { header, alignment, totalBytes } = layOut(content)
  let doneBytes = 0
  const write = async (bytes: Uint8Array): Promise<void> => {
    if (options.signal?.aborted) throw new SpeculationError('ERR_ABORTED', 'writing the model was cancelled')
    for (let offset = 0; offset < bytes.length; ) {
      offset += (await handle.write(bytes, offset)).bytesWritten
    }
    doneBytes += bytes.length
    options.onProgress?.({ doneBytes, totalBytes })
  }
  const pad = (): Promise<void> => write(new Uint8Array(alignUp(doneBytes, alignment) - doneBytes))

  await write(header)
  await pad()
  for (const tensor of content.tensors) {
    const start = doneBytes
    for await (const chunk of tensor.chunks()) await write(chunk)
    const expected = tensorBytes(tensor.format, tensor.shape)
    const got = doneBytes - start
    if (got !== expected) {
      throw new SpeculationError('ERR_OPTION_INVALID', `${tensor.name} must have ${expected} bytes, got ${got}`)
    }
    await pad()
  }
}

function layOut({ metadata, tensors }: GgufContent): { header: Buffer; alignment: number; totalBytes: number } {
  const alignment = alignmentOf(metadata)
  const infos: Buffer[] = []
  let dataBytes = 0
  for (const { name, format, shape } of tensors) {
    const lengths = shape.map((length) => encodeUint64(BigInt(length)))
    infos.push(encodeString(name), encodeUint32(shape.length), ...lengths)
    infos.push(encodeUint32(format.id), encodeUint64(BigInt(dataBytes)))
    dataBytes += alignUp(tensorBytes(format, shape), alignment)
  }
  const magic = Buffer.from('GGUF', 'latin1')
  const counts = [encodeUint64(BigInt(tensors.length)), encodeUint64(BigInt(metadata.size))]
  const header = Buffer.concat([magic, encodeUint32(3), ...counts, encodeMetadata(metadata), ...infos])
  return { header, alignment, totalBytes: alignUp(header.length, alignment) + dataBytes }
}
