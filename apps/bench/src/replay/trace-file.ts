import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { SpeculationError } from '@foretoken/contract'
import { parseRequest, type TraceRequest } from './trace-request.js'

/** The requests of one file, in the order in which they were made. */
export interface Trace {
  /** The file's name without its folder and suffix. */
  readonly file: string
  readonly requests: readonly TraceRequest[]
}

/** The files are foreign: what is beyond these is refused. */
export interface TraceLimits {
  /** Before and after decompression. */
  readonly fileBytes: number
  readonly lineBytes: number
  readonly requests: number
}

const defaultLimits: TraceLimits = { fileBytes: 2 ** 29, lineBytes: 2 ** 24, requests: 100_000 }

const SUFFIX = /\.jsonl(\.gz)?$/

/** The paths of a folder's trace files (`*.jsonl`, `*.jsonl.gz`) in the order of their names; of all, or of `names`. */
export async function traceFiles(folder: string, names: readonly string[] = []): Promise<string[]> {
  const files = (await listed(folder)).filter((file) => SUFFIX.test(file)).sort()
  if (files.length === 0)
    throw new SpeculationError(
      'ERR_FILE_NOT_FOUND',
      `${folder} holds no trace files (*.jsonl, *.jsonl.gz); name another folder with --traces`,
    )
  const known = files.map(traceName)
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0)
    throw new SpeculationError('ERR_OPTION_INVALID', `--files takes ${known.join(', ')}; got ${unknown.join(', ')}`)
  return files.filter((file) => names.length === 0 || names.includes(traceName(file))).map((file) => join(folder, file))
}

/** Reads a trace file: JSON Lines, plain or gzipped. Errors name the file and the line. */
export async function readTrace(path: string, limits: Partial<TraceLimits> = {}): Promise<Trace> {
  const { fileBytes, lineBytes, requests: mostRequests } = { ...defaultLimits, ...limits }
  const requests: TraceRequest[] = []
  for (const line of linesOf(await contentOf(path, fileBytes))) {
    const place = `${path}, line ${requests.length + 1}`
    if (requests.length === mostRequests) throw tooLarge(`${path} holds more than ${mostRequests} requests`)
    if (line.length > lineBytes) throw tooLarge(`${place} is longer than ${lineBytes} bytes`)
    requests.push(parseRequest(line.toString('utf8'), place))
  }
  if (requests.length === 0)
    throw new SpeculationError('ERR_OPTION_INVALID', `${path} holds no request; remove the file`)
  return { file: traceName(path), requests }
}

/** The trace up to its first `tokens` output tokens; the last request is cut there. */
export function firstTokens({ file, requests }: Trace, tokens: number): Trace {
  const kept: TraceRequest[] = []
  let left = tokens
  for (const request of requests) {
    if (left <= 0) break
    kept.push({ ...request, output: request.output.subarray(0, left) })
    left -= request.output.length
  }
  return { file, requests: kept }
}

function traceName(path: string): string {
  return basename(path).replace(SUFFIX, '')
}

async function listed(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (cause) {
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `the folder ${folder} cannot be read`, { cause })
  }
}

async function contentOf(path: string, mostBytes: number): Promise<Buffer> {
  const content = await bytesOf(path, mostBytes)
  // The magic number of gzip, RFC 1952.
  if (content[0] !== 0x1f || content[1] !== 0x8b) return content
  try {
    return await promisify(gunzip)(content, { maxOutputLength: mostBytes })
  } catch (cause) {
    // What zlib throws at maxOutputLength; damage is another Error.
    if (cause instanceof RangeError) throw tooLarge(`${path} is larger than ${mostBytes} bytes once decompressed`)
    throw new SpeculationError('ERR_OPTION_INVALID', `${path} is damaged gzip; copy the file again`, { cause })
  }
}

async function bytesOf(path: string, mostBytes: number): Promise<Buffer> {
  try {
    if ((await stat(path)).size <= mostBytes) return await readFile(path)
  } catch (cause) {
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `${path} cannot be read`, { cause })
  }
  throw tooLarge(`${path} is larger than ${mostBytes} bytes`)
}

/** The lines without their ends; what follows the last line's end is a line only if there is something. */
function* linesOf(content: Buffer): Generator<Buffer, void, void> {
  for (let start = 0; start < content.length; ) {
    const end = content.indexOf('\n', start)
    yield content.subarray(start, end < 0 ? content.length : end)
    start = end < 0 ? content.length : end + 1
  }
}

function tooLarge(message: string): SpeculationError {
  return new SpeculationError('ERR_BUDGET_EXCEEDED', `${message}; split the file`)
}
