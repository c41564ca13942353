import { setImmediate } from 'node:timers/promises'
import { SpeculationError, type Tokens } from '@foretoken/contract'
import type { ScopeMemory } from './scope-memory.js'

/** Options of {@link SuffixDrafter.importCorpus}. */
export interface ImportCorpusOptions {
  /**
   * The scope that remembers the documents.
   * @defaultValue ''
   */
  readonly scope?: string
  /** Called after each document. */
  readonly onProgress?: (progress: CorpusProgress) => void
  /** Ends the import between two documents; those before stay. */
  readonly signal?: AbortSignal
}

/** How far an import has come. */
export interface CorpusProgress {
  readonly documents: number
  readonly tokens: number
}

/** Tokens after which other work has its turn: a few milliseconds. */
const TURN = 65_536

/** Reads documents into a memory one by one. */
export async function importCorpus(
  memory: ScopeMemory,
  documents: Iterable<Tokens> | AsyncIterable<Tokens>,
  { onProgress, signal }: ImportCorpusOptions,
): Promise<CorpusProgress> {
  let progress: CorpusProgress = { documents: 0, tokens: 0 }
  let turn = TURN
  for await (const document of documents) {
    assertGoing(signal)
    memory.add(document)
    progress = { documents: progress.documents + 1, tokens: progress.tokens + document.length }
    onProgress?.(progress)
    if (progress.tokens < turn) continue
    turn = progress.tokens + TURN
    await setImmediate()
  }
  assertGoing(signal)
  return progress
}

function assertGoing(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new SpeculationError('ERR_ABORTED', 'the import was cancelled; what was read stays', { cause: signal.reason })
}
