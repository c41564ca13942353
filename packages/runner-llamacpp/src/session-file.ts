import { createHash, randomUUID } from 'node:crypto'
import { open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { SpeculationError } from '@foretoken/contract'

/** Reads and writes the states of one model's sessions. */
export interface SessionStore {
  readonly read: (path: string) => Promise<Uint8Array>
  readonly write: (path: string, state: Uint8Array) => Promise<void>
}

/** What a session file is checked against. */
export interface SessionFileOptions {
  /** Tells one model file from another, as hexadecimal text; asked for when a file is read or written. */
  readonly modelFingerprint: () => Promise<string>
  /** Most bytes that a state can have. */
  readonly mostBytes: number
}

const magic = Buffer.from('FTSESS\r\n')
const formatVersion = 1
const digestBytes = 32
/** Magic, version, and the digests of the model and of the state. */
const headBytes = magic.length + 4 + 2 * digestBytes

/**
 * Session files: a head that names the model and the state's SHA-256, then the state as the addon gave it. A file is read
 * only where all of it fits, since llama.cpp trusts what stands in a state.
 */
export function sessionStore({ modelFingerprint, mostBytes }: SessionFileOptions): SessionStore {
  return {
    async read(path) {
      const bytes = await readBounded(path, headBytes + mostBytes)
      return stateOf(bytes, { path, model: await modelFingerprint() })
    },
    async write(path, state) {
      await writeWhole(path, [headOf(state, await modelFingerprint()), state])
    },
  }
}

function headOf(state: Uint8Array, model: string): Buffer {
  const version = Buffer.alloc(4)
  version.writeUInt32LE(formatVersion)
  return Buffer.concat([magic, version, sha256(model), sha256(state)])
}

function stateOf(bytes: Buffer, { path, model }: { readonly path: string; readonly model: string }): Uint8Array {
  if (bytes.length < headBytes || !bytes.subarray(0, magic.length).equals(magic)) {
    throw damaged(path, 'it is no session of Foretoken')
  }
  const version = bytes.readUInt32LE(magic.length)
  if (version !== formatVersion) throw damaged(path, `its version is ${version}, expected ${formatVersion}`)
  const digests = bytes.subarray(headBytes - 2 * digestBytes, headBytes)
  const state = bytes.subarray(headBytes)
  if (!digests.subarray(digestBytes).equals(sha256(state))) throw damaged(path, 'it is not as it was written')
  if (!digests.subarray(0, digestBytes).equals(sha256(model))) throw damaged(path, 'it is a session of another model')
  return state
}

async function readBounded(path: string, mostBytes: number): Promise<Buffer> {
  try {
    const { size } = await stat(path)
    if (size > mostBytes) throw damaged(path, `it has ${size} bytes, and a session of this target at most ${mostBytes}`)
    const file = await open(path, 'r')
    try {
      const bytes = Buffer.alloc(size)
      const { bytesRead } = await file.read(bytes, 0, size, 0)
      return bytes.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (cause) {
    if (SpeculationError.is(cause)) throw cause
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `cannot read the session ${path}; check the path`, {
      details: { path },
      cause,
    })
  }
}

/** Writes a file of its own beside the path, to the disk, and then puts it in its place. */
async function writeWhole(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const target = resolve(path)
  const partial = join(dirname(target), `.${randomUUID()}.partial`)
  try {
    const file = await open(partial, 'wx', 0o600)
    try {
      for (const part of parts) await file.writeFile(part)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(partial, target)
  } catch (cause) {
    await rm(partial, { force: true })
    throw new SpeculationError(
      'ERR_FILE_NOT_FOUND',
      `cannot write the session ${path}; check the folder, its permissions and its free space`,
      { details: { path }, cause },
    )
  }
}

function sha256(data: Uint8Array | string): Buffer {
  return createHash('sha256').update(data).digest()
}

function damaged(path: string, reason: string): SpeculationError<'ERR_MEMORY_FORMAT'> {
  const message = `cannot restore the session ${path}: ${reason}; evaluate the text again and save it anew`
  return new SpeculationError('ERR_MEMORY_FORMAT', message, { details: { path, reason } })
}
