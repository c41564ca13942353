import { type FileHandle, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import type { z } from 'zod'
import { readBoundedBytes } from '../read-bounded.js'
import { validated } from './validated.js'
import { syncFolder } from './write-whole.js'

/** What whole lines say. */
export interface JsonLines<Value> {
  readonly values: readonly Value[]
  /** Bytes of the whole lines. */
  readonly wholeBytes: number
  /** Whether something follows that was torn while it was written. */
  readonly isTorn: boolean
}

/** A file of JSON Lines that only grows. */
export interface JsonLinesFile<Value> extends AsyncDisposable {
  /** Everything in the file, what was appended included. */
  readonly values: readonly Value[]
  /** Resolves when the line is on disk. */
  append(value: Value): Promise<void>
}

/** Where lines are, what they say, and how many bytes of them are read. */
export interface JsonLinesSource<Value> {
  readonly path: string
  readonly schema: z.ZodType<Value>
  readonly maxBytes: number
}

/** Values of the whole lines. A line is whole once its line break is there: every prefix of a file is a shorter file. */
export function parseJsonLines<Value>(
  bytes: Uint8Array,
  { path, schema }: Pick<JsonLinesSource<Value>, 'path' | 'schema'>,
): JsonLines<Value> {
  const wholeBytes = bytes.lastIndexOf(lineBreak) + 1
  const isTorn = wholeBytes < bytes.length
  const lines = Buffer.from(bytes.buffer, bytes.byteOffset, wholeBytes).toString('utf8').split('\n').slice(0, -1)
  return { values: lines.map((line, index) => validated(line, schema, `${path}:${index + 1}`)), wholeBytes, isTorn }
}

/** Reads a file of JSON Lines; one that is not there has none. */
export async function readJsonLines<Value>(source: JsonLinesSource<Value>): Promise<JsonLines<Value>> {
  const found = await stat(source.path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `${source.path} cannot be read: ${error.message}`, {
      cause: error,
    })
  })
  if (found === undefined) return { values: [], wholeBytes: 0, isTorn: false }
  return parseJsonLines(await readBoundedBytes(source.path, source.maxBytes), source)
}

/** Opens a file of JSON Lines for more; a line that was torn before is cut off first. */
export async function openJsonLines<Value>(source: JsonLinesSource<Value>): Promise<JsonLinesFile<Value>> {
  const { values: before, wholeBytes, isTorn } = await readJsonLines(source)
  const values = [...before]
  let length = wholeBytes
  let failed = false
  const file = await openToAppend(source.path)
  try {
    // Nothing else is cut: another process may have added a line meanwhile.
    if (isTorn) await file.truncate(wholeBytes)
    await file.sync()
    await syncFolder(dirname(source.path))
  } catch (cause) {
    await file.close()
    throw unwritable(source.path, cause)
  }
  return {
    values,
    async append(value) {
      // What is refused when it is read must not be written.
      const line = Buffer.from(`${JSON.stringify(validated(JSON.stringify(value), source.schema, source.path))}\n`)
      if (failed) throw unwritable(source.path, 'an earlier line could not be written')
      if (length + line.length > source.maxBytes) {
        throw new SpeculationError(
          'ERR_BUDGET_EXCEEDED',
          `${source.path} would have more than ${source.maxBytes} bytes`,
        )
      }
      failed = true
      try {
        await file.appendFile(line)
        await file.sync()
      } catch (cause) {
        throw unwritable(source.path, cause)
      }
      failed = false
      length += line.length
      values.push(value)
    },
    [Symbol.asyncDispose]: () => file.close(),
  }
}

const lineBreak = 10

async function openToAppend(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'a')
  } catch (cause) {
    throw unwritable(path, cause)
  }
}

function unwritable(path: string, cause: unknown): SpeculationError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new SpeculationError('ERR_FILE_NOT_FOUND', `${path} cannot be written: ${reason}`, { cause })
}
