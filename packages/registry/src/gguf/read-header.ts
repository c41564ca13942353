import { assertInteger, SpeculationError } from '@foretoken/contract'
import { ggufDamage } from './gguf-cursor.js'
import { type GgufHeader, parseGgufHeader } from './gguf-header.js'
import { type GgufLocation, openSource, unknownLength } from './gguf-source.js'

/** Options of {@link readHeader}. */
export interface ReadHeaderOptions {
  /**
   * Longest header that is read, in bytes (24 to 2^30). A vocabulary of 262,144 tokens with its merges takes 16 MB.
   * @defaultValue 32 MiB
   */
  readonly mostHeaderBytes?: number
  /**
   * Longest time that a server may take for one answer, in milliseconds (1 to 3,600,000).
   * @defaultValue 60,000
   */
  readonly timeoutMs?: number
  /** Ends the reading. */
  readonly signal?: AbortSignal
}

/** A header and the file it stands in. */
export interface ReadHeader {
  readonly header: GgufHeader
  readonly name: string
  readonly fileBytes: number
}

const firstReadBytes = 1024 * 1024
/** Two rounds read the longest header; more would hold and fetch more than they save. */
const growth = 8
const defaultMostHeaderBytes = 32 * 1024 * 1024

/** Reads what stands before the tensor data, eight times as much each round until the header is whole. */
export async function readHeader(location: GgufLocation, options: ReadHeaderOptions = {}): Promise<ReadHeader> {
  const { mostHeaderBytes = defaultMostHeaderBytes, timeoutMs = 60_000, signal } = options
  assertInteger('mostHeaderBytes', mostHeaderBytes, { min: 24, max: 2 ** 30 })
  assertInteger('timeoutMs', timeoutMs, { min: 1, max: 3_600_000 })
  await using source = await openSource(location, { signal, timeoutMs })
  const { name, bytes } = source
  if (bytes === 0) throw ggufDamage(name, 'it is empty')
  const most = Math.min(bytes, mostHeaderBytes)
  for (let length = Math.min(firstReadBytes, most); ; length = Math.min(growth * length, most)) {
    if (signal?.aborted) throw new SpeculationError('ERR_ABORTED', 'the caller cancelled', { cause: signal.reason })
    const buffer = await source.first(length)
    // A file that shrank meanwhile, or a cut answer, is as long as what was read of it.
    const end = buffer.length < length ? buffer.length : bytes
    const header = parseGgufHeader(buffer, { path: name, bytes: end })
    if (header !== undefined) return { header, name, fileBytes: end === unknownLength ? leastFileBytes(header) : end }
    if (length === most) throw ggufDamage(name, `its header is longer than ${most} bytes`)
  }
}

/** Where the last tensor ends: a whole file has no fewer bytes, but for a header alone. */
export function leastFileBytes({ tensors, dataOffset }: GgufHeader): number {
  return tensors.reduce((most, { offset, bytes }) => Math.max(most, dataOffset + offset + bytes), 0)
}
