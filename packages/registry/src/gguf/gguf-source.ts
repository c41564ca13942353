import { open, stat } from 'node:fs/promises'
import { SpeculationError } from '@foretoken/contract'
import { ggufDamage } from './gguf-cursor.js'

/** Where a GGUF file is: a path, a `file:`, `http:` or `https:` URL, or its first bytes in memory. */
export type GgufLocation = string | URL | Uint8Array

/** A file whose beginning can be read. */
export interface GgufSource extends AsyncDisposable {
  /** For messages. */
  readonly name: string
  /** Length of the whole file; {@link unknownLength} where a server does not tell it. */
  readonly bytes: number
  /** The first `length` bytes, or all of them where there are fewer. */
  first(length: number): Promise<Buffer>
}

/** Length of a file that a server sends without saying how long it is. */
export const unknownLength: number = Number.MAX_SAFE_INTEGER

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
  if (!/^(https?|file):\/\//i.test(location)) return undefined
  try {
    return new URL(location)
  } catch (cause) {
    throw notFound(location, 'there is no such address as', cause)
  }
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
  if (!stats.isFile())
    throw ggufDamage(name, stats.isDirectory() ? 'it is a directory' : 'it is not a regular file', 'no-file')
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
async function remoteSource(location: URL, options: AskOptions): Promise<GgufSource> {
  const { url, headers } = withoutCredentials(location)
  const name = url.href
  const first = async (length: number): Promise<{ readonly buffer: Buffer; readonly bytes: number }> => {
    const limit = AbortSignal.timeout(options.timeoutMs)
    const signal = options.signal === undefined ? limit : AbortSignal.any([limit, options.signal])
    try {
      const response = await fetch(url, { headers: { ...headers, range: `bytes=0-${length - 1}` }, signal })
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

/** A name and password become a header: fetch takes none in an address, and no message may repeat them. */
function withoutCredentials(location: URL): {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
} {
  const { username, password } = location
  if (username === '' && password === '') return { url: location, headers: {} }
  const url = new URL(location)
  url.username = url.password = ''
  const pair = Buffer.from(`${decoded(username)}:${decoded(password)}`)
  return { url, headers: { authorization: `Basic ${pair.toString('base64')}` } }
}

/** A per cent sign that begins no code stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Length of the whole file: behind the slash of a partial answer, or the length of a whole one that is not packed. */
function fullLength(response: Response): number {
  if ((response.headers.get('content-encoding') ?? 'identity') !== 'identity') return unknownLength
  const range = /\/(?<length>\d+)$/.exec(response.headers.get('content-range') ?? '')?.groups?.['length']
  const length = Number(response.status === 206 ? range : response.headers.get('content-length'))
  return Number.isSafeInteger(length) && length > 0 ? length : unknownLength
}

async function readAtMost(response: Response, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  let end = 0
  const reader = response.body?.getReader()
  while (reader !== undefined && end < length) {
    const { done, value } = await reader.read()
    if (done) break
    bytes.set(value.subarray(0, length - end), end)
    end = Math.min(end + value.length, length)
  }
  await reader?.cancel()
  return bytes.subarray(0, end)
}

function notFound(name: string, what: string, cause?: unknown): SpeculationError<'ERR_FILE_NOT_FOUND'> {
  const isAddress = /^https?:/i.test(name)
  const message = `${what} ${name}; check the ${isAddress ? 'address' : 'path and its permissions'}`
  return new SpeculationError('ERR_FILE_NOT_FOUND', message, { details: { path: name }, cause })
}
