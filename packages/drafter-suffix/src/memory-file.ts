import { randomUUID } from 'node:crypto'
import { type FileHandle, open, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { SpeculationError } from '@foretoken/contract'
import { decodeScope, encodeScope, SECTIONS } from './scope-codec.js'
import type { ScopeState } from './scope-memory.js'
import { padded, SectionReader } from './section-reader.js'

// A file of little-endian numbers: the magic, the version (4 bytes), the number of scopes (4 bytes), the fingerprint of the
// tokenizer, the scopes, and the CRC-32 of all before it (4 bytes). A fingerprint, a name and an array are each a
// section: its length in bytes (4 bytes), 4 bytes of zeros, and its bytes, filled up with zeros to a multiple of 8.
const MAGIC = 'FTKNMEM\n'
const VERSION = 1
const HEADER_BYTES = 16
/** Node cannot hold much more in one buffer. */
const MOST_BYTES = 2 ** 31
const MOST_NAME_BYTES = 65_536

/** What a memory file holds. */
export interface MemoryFile {
  /** Which tokenizer the tokens belong to; `''` is unknown. */
  readonly fingerprint: string
  readonly scopes: ReadonlyMap<string, ScopeState>
}

/** Writes a memory file whole or not at all: what stood at `path` stays until the new one is on the disk. */
export async function writeMemoryFile(path: string, { fingerprint, scopes }: MemoryFile): Promise<void> {
  const parts = [header(scopes.size), ...padded(nameBytes(fingerprint))]
  for (const [name, state] of scopes) parts.push(...padded(nameBytes(name)), ...encodeScope(state).flatMap(padded))
  const bytes = parts.reduce((sum, part) => sum + part.byteLength, 4)
  if (bytes > MOST_BYTES)
    throw new SpeculationError(
      'ERR_BUDGET_EXCEEDED',
      `the memory takes ${bytes} bytes, a file at most ${MOST_BYTES}: save one scope at a time`,
    )
  const partial = `${path}.${randomUUID()}.partial`
  try {
    await writeParts(partial, parts)
    await rename(partial, path)
  } catch (cause) {
    await unlink(partial).catch(() => {})
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `${path} cannot be written; check its folder and free space`, {
      cause,
    })
  }
  await synced(dirname(path))
}

/** Reads a memory file; throws `ERR_MEMORY_FORMAT` if it is damaged and `ERR_VOCABULARY_MISMATCH` if it is another's. */
export async function readMemoryFile(path: string, fingerprint: string): Promise<MemoryFile> {
  const content = await contentOf(path)
  const damaged = (fault: string): SpeculationError =>
    new SpeculationError('ERR_MEMORY_FORMAT', `${path} is no memory that can be loaded: ${fault}; delete it`)
  if (content.length < HEADER_BYTES + 4 || content.toString('latin1', 0, MAGIC.length) !== MAGIC)
    throw damaged('it does not begin like one')
  const version = content.readUInt32LE(8)
  if (version !== VERSION) throw damaged(`it has version ${version}, this program reads ${VERSION}`)
  const end = content.length - 4
  if (crc32(content.subarray(0, end)) !== content.readUInt32LE(end)) throw damaged('its checksum is wrong')
  const reader = new SectionReader(content.subarray(0, end), HEADER_BYTES, damaged)
  const found = reader.text(MOST_NAME_BYTES)
  if (found !== fingerprint)
    throw new SpeculationError(
      'ERR_VOCABULARY_MISMATCH',
      `${path} was made with the tokenizer "${found}", this drafter has "${fingerprint}": load a memory of the same one`,
      { details: { found, expected: fingerprint } },
    )
  const count = content.readUInt32LE(12)
  const scopes = new Map<string, ScopeState>()
  // Every scope takes at least its sections' lengths, so a wrong count runs out of bytes.
  for (let index = 0; index < count; index++) {
    const name = reader.text(MOST_NAME_BYTES)
    if (scopes.has(name)) throw damaged(`it has the scope "${name}" twice`)
    scopes.set(
      name,
      decodeScope(
        Array.from({ length: SECTIONS }, () => reader.bytes()),
        damaged,
      ),
    )
  }
  if (!reader.isAtEnd) throw damaged('it goes on behind its end')
  return { fingerprint, scopes }
}

function nameBytes(name: string): Buffer {
  const bytes = Buffer.from(name)
  if (bytes.length <= MOST_NAME_BYTES) return bytes
  throw new SpeculationError(
    'ERR_OPTION_INVALID',
    `a scope and a fingerprint must have at most ${MOST_NAME_BYTES} bytes to be saved, got ${bytes.length}`,
  )
}

function header(scopes: number): Buffer {
  const buffer = Buffer.alloc(HEADER_BYTES)
  buffer.write(MAGIC, 'latin1')
  buffer.writeUInt32LE(VERSION, 8)
  buffer.writeUInt32LE(scopes, 12)
  return buffer
}

async function writeParts(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'wx')
  try {
    let sum = 0
    for (const part of parts) {
      // zlib starts anew where there is nothing.
      if (part.byteLength === 0) continue
      sum = crc32(part, sum)
      await file.writeFile(part)
    }
    const trailer = Buffer.alloc(4)
    trailer.writeUInt32LE(sum)
    await file.writeFile(trailer)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes the renaming last; where a folder cannot be synchronised, the system does it in its own time. */
async function synced(folder: string): Promise<void> {
  let handle: FileHandle | undefined
  try {
    handle = await open(folder, 'r')
    await handle.sync()
  } catch {
  } finally {
    await handle?.close()
  }
}

async function contentOf(path: string): Promise<Buffer> {
  try {
    const file = await open(path, 'r')
    try {
      const status = await file.stat()
      if (!status.isFile()) throw new TypeError('it is not a regular file')
      if (status.size <= MOST_BYTES) return await file.readFile()
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `${path} cannot be read`, { cause })
  }
  throw new SpeculationError('ERR_MEMORY_FORMAT', `${path} is larger than ${MOST_BYTES} bytes; delete it`)
}
