import { stat } from 'node:fs/promises'
import { SpeculationError } from '@foretoken/contract'
import { type SuffixDrafter, suffixDrafter } from '@foretoken/drafter-suffix'
import type { LoadedModel } from '@foretoken/runner-llamacpp'
import { assertWritable } from './assert-writable.js'

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
