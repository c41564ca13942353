import { open, stat } from 'node:fs/promises'
import { SpeculationError } from '@foretoken/contract'
import { ggufDamage } from './gguf-cursor.js'

/** Where a GGUF file is: a path, a `file:`, `http:` or `https:` URL, or its first bytes in memory. */
export type GgufLocation = string | URL | Uint8Array

/** A file whose beginning can be read. */
export interface GgufSource extends AsyncDisposable {
  /** For messages. */
  readonly name: string
  readonly bytes: number
  /** The first `length` bytes, or all of them where there are fewer. */
  first(length: number): Promise<Buffer>
}

/** How a server is asked. */
export interface AskOptions {
  readonly signal: AbortSignal | undefined
  /** Longest time for one answer, in milliseconds. */
  readonly timeoutMs: number
}

/** Opens a location; `ERR_FILE_NOT_FOUND` or `ERR_MODEL_FORMAT` where there is no file. */
export async function openSource(location: GgufLocation, options: AskOptions): Promise<GgufSource> {
  if (location instanceof Uint8Array) return memorySource(location)
  const url = urlOf(location)
  if (url !== undefined && url.protocol !== 'file:') return remoteSource(url, options)
  return fileSource(url ?? (location as string))
}

function urlOf(location: string | URL): URL | undefined {
  if (location instanceof URL) return location
  return /^(https?|file):\/\//i.test(location) ? new URL(location) : undefined
}

function memorySource(bytes: Uint8Array): GgufSource {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return {
    name: 'the bytes',
    bytes: buffer.length,
    first: async (length) => buffer.subarray(0, length),
    async [Symbol.asyncDispose]() {},
  }
}

async function fileSource(location: string | URL): Promise<GgufSource> {
  const name = String(location)
  // Asked before it is opened: opening a pipe would wait for its other end.
  const stats = await stat(location).catch((cause: unknown) => unreadable(name, cause))
  if (!stats.isFile()) throw ggufDamage(name, stats.isDirectory() ? 'it is a directory' : 'it is not a regular file')
  const file = await open(location, 'r').catch((cause: unknown) => unreadable(name, cause))
  return {
    name,
    bytes: stats.size,
    async first(length) {
      const buffer = Buffer.alloc(Math.min(length, stats.size))
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
      return buffer.subarray(0, bytesRead)
    },
    [Symbol.asyncDispose]: () => file.close(),
  }
}

function unreadable(name: string, cause: unknown): never {
  throw notFound(name, (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no file' : 'cannot read', cause)
}

/** Reads with range requests; a server that ignores them is read no further than asked. */
async function remoteSource(url: URL, options: AskOptions): Promise<GgufSource> {
  const name = url.href
  const first = async (length: number): Promise<{ readonly buffer: Buffer; readonly bytes: number }> => {
    const limit = AbortSignal.timeout(options.timeoutMs)
    const signal = options.signal === undefined ? limit : AbortSignal.any([limit, options.signal])
    try {
      const response = await fetch(url, { headers: { range: `bytes=0-${length - 1}` }, signal })
      if (response.ok) return { buffer: await readAtMost(response, length), bytes: fullLength(response) }
      await response.body?.cancel()
      throw notFound(name, `the server answers ${response.status} for`)
    } catch (cause) {
      if (options.signal?.aborted) throw new SpeculationError('ERR_ABORTED', 'the caller cancelled', { cause })
      if (limit.aborted) throw notFound(name, `the server took more than ${options.timeoutMs} ms for`, cause)
      throw SpeculationError.is(cause) ? cause : notFound(name, 'cannot reach', cause)
    }
  }
  const probe = await first(1)
  return {
    name,
    bytes: probe.bytes,
    first: async (length: number) => (await first(Math.min(length, probe.bytes))).buffer,
    async [Symbol.asyncDispose]() {},
  }
}

/** Length of the whole file: behind the slash of a partial answer, or the length of a whole one. */
function fullLength(response: Response): number {
  const range = /\/(?<length>\d+)$/.exec(response.headers.get('content-range') ?? '')?.groups?.['length']
  const length = Number(response.status === 206 ? range : response.headers.get('content-length'))
  return Number.isSafeInteger(length) && length > 0 ? length : Number.MAX_SAFE_INTEGER
}

async function readAtMost(response: Response, length: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let missing = length
  const reader = response.body?.getReader()
  while (reader !== undefined && missing > 0) {
    const { done, value } = await reader.read()
    if (done) break
    chunks.push(value.subarray(0, missing))
    missing -= value.length
  }
  await reader?.cancel()
  return Buffer.concat(chunks)
}

function notFound(name: string, what: string, cause?: unknown): SpeculationError<'ERR_FILE_NOT_FOUND'> {
  const message = `${what} ${name}; check the path and its permissions`
  return new SpeculationError('ERR_FILE_NOT_FOUND', message, { details: { path: name }, cause })
}
