import { type FileHandle, open, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import { ggufDamage } from './gguf-cursor.js'
import { type GgufHeader, type GgufMetadata, parseGgufHeader } from './gguf-header.js'
import { throwIfAborted } from './throw-if-aborted.js'

/** A GGUF model on disk that was checked to be whole, all its parts included. */
export interface ModelFile {
  /** Absolute; of the first part where there are several. */
  readonly path: string
  readonly fileBytes: number
  readonly parameters: number
  readonly metadata: GgufMetadata
  readonly floatKeys: ReadonlySet<string>
  readonly vocabularyDigests: ReadonlyMap<string, string>
  readonly tensorNames: ReadonlySet<string>
}

// Real headers are at most some 30 MB (a vocabulary of 262,144 with its merges).
const mostHeaderBytes = 128 * 1024 * 1024
const firstReadBytes = 1024 * 1024
/** More parts than any published model has; a header may claim 65,535. */
const mostParts = 512

/**
 * Reads and checks what stands before a model's weights. llama.cpp maps the weights into memory, where reading behind
 * the end of a cut file kills the process, so their place is checked here.
 */
export async function readModelFile(path: string, signal?: AbortSignal): Promise<ModelFile> {
  const first = await readPart(resolve(path))
  const parts = [first]
  for (const part of otherParts(first)) {
    throwIfAborted(signal)
    parts.push(await readPart(part))
  }
  return {
    path: first.path,
    fileBytes: parts.reduce((sum, { fileBytes }) => sum + fileBytes, 0),
    parameters: parts.reduce((sum, { header }) => sum + header.tensors.reduce((own, { values }) => own + values, 0), 0),
    metadata: first.header.metadata,
    floatKeys: first.header.floatKeys,
    vocabularyDigests: first.header.vocabularyDigests,
    tensorNames: new Set(parts.flatMap(({ header }) => header.tensors.map(({ name }) => name))),
  }
}

interface Part {
  readonly path: string
  readonly fileBytes: number
  readonly header: GgufHeader
}

async function readPart(path: string): Promise<Part> {
  const fileBytes = await sizeOf(path)
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch (cause) {
    throw unreadable(path, cause)
  }
  try {
    const header = await readHeader(file, { path, bytes: fileBytes })
    checkTensorData(header, { path, bytes: fileBytes })
    return { path, fileBytes, header }
  } finally {
    await file.close()
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    const found = await stat(path)
    if (found.isDirectory()) throw ggufDamage(path, 'it is a directory')
    if (!found.isFile()) throw ggufDamage(path, 'it is not a regular file')
    if (found.size === 0) throw ggufDamage(path, 'it is empty')
    return found.size
  } catch (cause) {
    throw SpeculationError.is(cause) ? cause : unreadable(path, cause)
  }
}

function unreadable(path: string, cause: unknown): SpeculationError<'ERR_FILE_NOT_FOUND'> {
  const reason = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no file' : 'cannot read the file'
  return new SpeculationError('ERR_FILE_NOT_FOUND', `${reason} ${path}; check the path and its permissions`, {
    details: { path },
    cause,
  })
}

/** Reads ever more of the file, four times as much each round, until the header is whole. */
async function readHeader(file: FileHandle, { path, bytes }: { path: string; bytes: number }): Promise<GgufHeader> {
  const most = Math.min(bytes, mostHeaderBytes)
  for (let length = Math.min(firstReadBytes, most); ; length = Math.min(4 * length, most)) {
    const buffer = Buffer.alloc(length)
    const { bytesRead } = await file.read(buffer, 0, length, 0)
    // A file that shrank meanwhile is as long as what was read of it.
    const end = bytesRead < length ? bytesRead : bytes
    const header = parseGgufHeader(buffer.subarray(0, bytesRead), { path, bytes: end })
    if (header !== undefined) return header
    if (length === most) throw ggufDamage(path, `its header is longer than ${mostHeaderBytes} bytes`)
  }
}

function checkTensorData({ tensors, dataOffset }: GgufHeader, { path, bytes }: { path: string; bytes: number }): void {
  let end = 0
  for (const tensor of tensors) end = Math.max(end, dataOffset + tensor.offset + tensor.bytes)
  if (end <= bytes) return
  throw ggufDamage(path, `its weights need ${end} bytes and the file has ${bytes}`, 'truncated')
}

/** Paths of the second and further parts, by the naming of `llama_split_path`: `name-00001-of-00003.gguf`. */
function otherParts({ path, header }: Part): string[] {
  const count = header.metadata.get('split.count') ?? 1
  if (typeof count !== 'number' || count <= 1) return []
  if (count > mostParts) throw ggufDamage(path, `it claims to be one of ${count} parts`)
  const name = /^(?<prefix>.*-)(?<number>\d{5})(?<suffix>-of-\d{5}\.gguf)$/s.exec(path)?.groups
  if (name?.['number'] !== '00001') {
    throw ggufDamage(path, `it is one of ${count} parts and not the first, whose name ends in "-00001-of-…"`)
  }
  const partPath = (index: number) => `${name['prefix']}${String(index).padStart(5, '0')}${name['suffix']}`
  return Array.from({ length: count - 1 }, (_, index) => partPath(index + 2))
}
