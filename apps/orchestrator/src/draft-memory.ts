import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import { type SuffixDrafter, suffixDrafter } from '@foretoken/drafter-suffix'
import type { LoadedModel } from '@foretoken/runner-llamacpp'

/** What the command line says about what drafters remember. */
export interface MemoryOptions {
  /**
   * A file that holds what `suffix` remembers of earlier texts; `run` writes it again at its end.
   * @defaultValue nothing is kept
   */
  readonly memory?: string
}

/** A memory file that drafters start from. */
export interface DraftMemory {
  /** A drafter that remembers what the file held when it was opened, or nothing where there was none. */
  open(): Promise<SuffixDrafter>
  /** Replaces the file by what the drafter opened last remembers. */
  save(): Promise<MemoryResult>
}

/** What a memory file held before a run, and after it. */
export interface MemoryResult {
  readonly path: string
  /** Tokens, in whole blocks of 32. */
  readonly tokensBefore: number
  readonly tokens: number
}

/** Memory of one drafter, in bytes, unless its file has more. */
const LEAST_BYTES = 2 ** 26

/**
 * Opens a memory file for `model`; a missing one is made when it is saved. Throws `ERR_VOCABULARY_MISMATCH` for one of
 * another tokenizer, `ERR_MEMORY_FORMAT` for a damaged one, and `ERR_FILE_NOT_FOUND` where it could not be saved.
 */
export async function openMemory(path: string, { facts }: Pick<LoadedModel, 'facts'>): Promise<DraftMemory> {
  const { tokenizerFingerprint } = facts
  await assertWritable(path, 'memory file')
  const fileBytes = await bytesOf(path)
  // What was remembered fits, so that nothing is forgotten by loading it.
  const maxBytes = 2 ** Math.ceil(Math.log2(Math.max(LEAST_BYTES, fileBytes ?? 0)))
  const load = async (): Promise<SuffixDrafter> => {
    const drafter = suffixDrafter({ maxBytes, tokenizerFingerprint })
    if (fileBytes === undefined) return drafter
    try {
      await drafter.load(path)
    } catch (error) {
      throw refused(error, path, facts.path)
    }
    return drafter
  }
  let opened = await load()
  let isFresh = true
  const tokensBefore = opened.stats().tokens
  return {
    async open() {
      if (!isFresh) opened = await load()
      isFresh = false
      return opened
    },
    async save() {
      await opened.save(path)
      return { path, tokensBefore, tokens: opened.stats().tokens }
    },
  }
}

/** Throws `ERR_FILE_NOT_FOUND` where a file cannot be put, before hours of work are lost. */
export async function assertWritable(path: string, what: string): Promise<void> {
  const folder = dirname(resolve(path))
  try {
    await access(folder, constants.W_OK)
    if ((await stat(path).catch(() => undefined))?.isDirectory() !== true) return
  } catch (cause) {
    const message = `the ${what} ${path} cannot be written: its folder is missing or read-only; name another place`
    throw new SpeculationError('ERR_FILE_NOT_FOUND', message, { cause, details: { path } })
  }
  throw new SpeculationError('ERR_FILE_NOT_FOUND', `the ${what} ${path} is a folder; name a file`, {
    details: { path },
  })
}

async function bytesOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `the memory file ${path} cannot be read`, {
      cause,
      details: { path },
    })
  }
}

function refused(error: unknown, path: string, model: string): unknown {
  if (SpeculationError.is(error, 'ERR_MEMORY_FORMAT')) {
    // What it is, is not known: it may be a file that was named by mistake.
    const fault = error.message.replace(/; delete it$/, '')
    const message = `${fault}; name another --memory, or delete this one if it was a memory`
    return new SpeculationError('ERR_MEMORY_FORMAT', message, { cause: error, details: { path } })
  }
  if (!SpeculationError.is(error, 'ERR_VOCABULARY_MISMATCH')) return error
  const message = `the memory ${path} is of another tokenizer than that of ${model}; give this model a memory of its own`
  return new SpeculationError('ERR_VOCABULARY_MISMATCH', message, { cause: error, details: { path, model } })
}
