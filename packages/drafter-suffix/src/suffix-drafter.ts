import { assertInteger, CONTRACT_VERSION, type Drafter, type Tokens } from '@foretoken/contract'
import { CopySession, type SourceStatsByKind } from '@foretoken/token-index'
import { type CorpusProgress, type ImportCorpusOptions, importCorpus } from './import-corpus.js'
import { readMemoryFile, writeMemoryFile } from './memory-file.js'
import { ScopeMemory } from './scope-memory.js'

/** Options of {@link suffixDrafter}. */
export interface SuffixDrafterOptions {
  /**
   * Memory of one scope, in bytes (2^20 to 2^34), about 25 a token. When it is full the oldest closed sessions are
   * forgotten; sessions that are open may exceed it.
   * @defaultValue 67_108_864
   */
  readonly maxBytes?: number
  /**
   * Names the tokenizer that the tokens come from, in saved memories: a file of another one is refused.
   * @defaultValue ''
   */
  readonly tokenizerFingerprint?: string
}

/** What one scope holds and how its drafts did. */
export interface SuffixStats {
  /** Bytes of the index and of the learned weights. */
  readonly bytes: number
  /** Tokens that there is text for, in whole blocks of 32; those of common beginnings count once. */
  readonly tokens: number
  /** Drafted tokens by where they were copied from. */
  readonly sources: SourceStatsByKind
}

/** A drafter that remembers. */
export interface SuffixDrafter extends Drafter {
  /** What the scope holds and how its drafts did; `''` is the scope of sessions that name none. */
  stats(scope?: string): SuffixStats
  /** Drops everything learned in a scope; sessions that are open go on with what they have. */
  forget(scope: string): void
  /** Remembers texts that no model wrote, such as a project's files; the oldest go when they find no room. */
  importCorpus(
    documents: Iterable<Tokens> | AsyncIterable<Tokens>,
    options?: ImportCorpusOptions,
  ): Promise<CorpusProgress>
  /**
   * Writes what was learned so far to a file, of one scope or of all. The file at `path` is replaced as a whole, or not at
   * all.
   */
  save(path: string, options?: SaveOptions): Promise<void>
  /**
   * Replaces the scopes that a saved file has; it drafts then as it did when they were saved. A file that is damaged
   * (`ERR_MEMORY_FORMAT`) or of another tokenizer (`ERR_VOCABULARY_MISMATCH`) changes nothing. Sessions that are open
   * go on with what they have.
   */
  load(path: string): Promise<void>
}

/** Options of {@link SuffixDrafter.save}. */
export interface SaveOptions {
  /**
   * The scope to save.
   * @defaultValue all scopes
   */
  readonly scope?: string
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
  const { maxBytes = 67_108_864, tokenizerFingerprint: fingerprint = '' } = options
  assertInteger('maxBytes', maxBytes, { min: 2 ** 20, max: 2 ** 34 })
  const memories = new Map<string, ScopeMemory>()
  const seenOf = (scope: string): ScopeMemory => memories.get(scope) ?? new ScopeMemory(maxBytes)
  const memoryOf = (scope: string): ScopeMemory => {
    const memory = seenOf(scope)
    memories.set(scope, memory)
    return memory
  }
  return {
    contractVersion: CONTRACT_VERSION,
    name: NAME,
    learnsAcrossSessions: true,
    open: (prompt, { scope = '', remember = 'all' } = {}) =>
      new CopySession({ name: NAME, ...memoryOf(scope).open(prompt, remember) }),
    stats(scope = '') {
      const { bytes, index, counts } = seenOf(scope)
      return { bytes, tokens: index.storedTokens, sources: counts.stats() }
    },
    importCorpus: (documents, importing = {}) => importCorpus(memoryOf(importing.scope ?? ''), documents, importing),
    async save(path, { scope } = {}) {
      const names = scope === undefined ? [...memories.keys()] : [scope]
      // All copies are taken at once, so that what is written meanwhile changes nothing.
      const scopes = new Map(names.map((name) => [name, seenOf(name).state()]))
      await writeMemoryFile(path, { fingerprint, scopes })
    },
    async load(path) {
      const { scopes } = await readMemoryFile(path, fingerprint)
      const loaded = [...scopes].map(([scope, state]) => [scope, new ScopeMemory(maxBytes, state)] as const)
      for (const [scope, memory] of loaded) memories.set(scope, memory)
    },
    forget: (scope) => void memories.delete(scope),
    [Symbol.dispose]: () => memories.clear(),
  }
}
