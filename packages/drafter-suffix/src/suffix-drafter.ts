import { assertInteger, CONTRACT_VERSION, type Drafter } from '@foretoken/contract'
import { AcceptanceLearner, CopySession, type SourceStatsByKind } from '@foretoken/token-index'
import { ScopeMemory } from './scope-memory.js'

/** Options of {@link suffixDrafter}. */
export interface SuffixDrafterOptions {
  /**
   * Memory of one scope, in bytes (2^20 to 2^34), about 25 a token. When it is full the oldest closed sessions are
   * forgotten; sessions that are open may exceed it.
   * @defaultValue 67_108_864
   */
  readonly maxBytes?: number
}

/** What one scope holds and how its drafts did. */
export interface SuffixStats {
  /** Bytes of the index and of the learned weights. */
  readonly bytes: number
  /** Tokens remembered, in whole blocks of 32. */
  readonly storedTokens: number
  /** Drafted tokens by where they were copied from. */
  readonly sources: SourceStatsByKind
}

/** A drafter that remembers. */
export interface SuffixDrafter extends Drafter {
  /** What the scope holds and how its drafts did; `''` is the scope of sessions that name none. */
  stats(scope?: string): SuffixStats
  /** Drops everything learned in a scope; sessions that are open go on with what they have. */
  forget(scope: string): void
}

const NAME = 'suffix'

/**
 * Drafts what followed where the text ended like this before: in the request, its conversation and earlier requests.
 *
 * Up to eight matches and the running copy propose tokens; a softmax learned online from the text gives each its
 * probability. A draft takes O(its length) whatever is remembered, a commit O(1) a token.
 *
 * SuffixDecoding: Oliaro et al. 2024, arXiv 2411.04975; llama.cpp `common_ngram_cache_draft` has the same aim.
 *
 * @example
 * ```ts
 * const session = suffixDrafter().open(Int32Array.of(1, 2, 3, 1, 2))
 * session.draft({ maxTokens: 1 }) // the token 3, and how probable it is
 * ```
 */
export function suffixDrafter(options: SuffixDrafterOptions = {}): SuffixDrafter {
  const { maxBytes = 67_108_864 } = options
  assertInteger('maxBytes', maxBytes, { min: 2 ** 20, max: 2 ** 34 })
  const memories = new Map<string, ScopeMemory>()
  const memoryOf = (scope: string): ScopeMemory =>
    memories.get(scope) ?? new ScopeMemory(maxBytes - AcceptanceLearner.bytes)
  return {
    contractVersion: CONTRACT_VERSION,
    name: NAME,
    learnsAcrossSessions: true,
    open(prompt, { scope = '', remember = 'all' } = {}) {
      const memory = memoryOf(scope)
      memories.set(scope, memory)
      return new CopySession({ name: NAME, ...memory.open(prompt, remember) })
    },
    stats(scope = '') {
      const { index, counts } = memoryOf(scope)
      return { bytes: index.bytes + AcceptanceLearner.bytes, storedTokens: index.storedTokens, sources: counts.stats() }
    },
    forget: (scope) => void memories.delete(scope),
    [Symbol.dispose]: () => memories.clear(),
  }
}
