import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { assertInteger, SpeculationError } from '@foretoken/contract'
import { HIGHEST } from './counts.js'
import type { LookupCache } from './lookup-cache.js'
import { parseLookupCache, serializeLookupCache } from './lookup-cache-format.js'

/** Options of {@link readLookupCache}. */
export interface ReadLookupCacheOptions {
  /**
   * Largest file that is read, in bytes (1 to 2^31 − 1). In memory a cache takes four to six times as much.
   * @defaultValue 268_435_456
   */
  readonly maxBytes?: number
}

/**
 * Reads a lookup cache, static or dynamic, as `llama-lookup-create`, `llama-lookup` and `llama-lookup-merge` write it.
 *
 * The file has no header: per n-gram four tokens padded with −1, how many tokens followed it, and each of these with its
 * count; all are 32-bit integers in the byte order of the machine, here little-endian. A file that is not whole, or that
 * llama.cpp would not have written, is refused with `ERR_MEMORY_FORMAT`.
 *
 * llama.cpp `common_ngram_cache_load`.
 */
export async function readLookupCache(path: string, options: ReadLookupCacheOptions = {}): Promise<LookupCache> {
  const { maxBytes = 268_435_456 } = options
  assertInteger('maxBytes', maxBytes, { min: 1, max: HIGHEST })
  return parseLookupCache(await contentOf(path, maxBytes), path)
}

/**
 * Writes a lookup cache that llama.cpp reads with `--lookup-cache-static` or `--lookup-cache-dynamic`. A file of that
 * name is replaced whole or not at all.
 *
 * llama.cpp `common_ngram_cache_save`.
 */
export async function writeLookupCache(path: string, cache: LookupCache): Promise<void> {
  const partial = `${path}.${process.pid}.partial`
  try {
    const file = await open(partial, 'w')
    try {
      for (const piece of serializeLookupCache(cache)) await file.appendFile(piece)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(partial, path)
  } catch (cause) {
    await rm(partial, { force: true })
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `the lookup cache ${path} cannot be written`, {
      cause,
      details: { path },
    })
  }
}

async function contentOf(path: string, maxBytes: number): Promise<Uint8Array> {
  let size: number
  try {
    await using file = await open(path)
    const status = await file.stat()
    if (!status.isFile()) throw new TypeError('it is not a regular file')
    size = status.size
    if (size <= maxBytes) return await wholeOf(file, size)
  } catch (cause) {
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `the lookup cache ${path} cannot be read`, {
      cause,
      details: { path },
    })
  }
  throw new SpeculationError(
    'ERR_BUDGET_EXCEEDED',
    `the lookup cache ${path} has ${size} bytes; raise maxBytes, now ${maxBytes}`,
    { details: { path, size, maxBytes } },
  )
}

async function wholeOf(file: FileHandle, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size)
  for (let at = 0; at < size; ) {
    const { bytesRead } = await file.read(bytes, at, size - at)
    if (bytesRead === 0) return bytes.subarray(0, at)
    at += bytesRead
  }
  return bytes
}
