import type { Draft, Drafter, DraftLimits, DraftSession, DraftSessionOptions } from '../../drafter.js'
import { SpeculationError } from '../../errors.js'
import { NO_TOKENS, type TokenId, type Tokens } from '../../tokens.js'
import { CONTRACT_VERSION } from '../../version.js'

/** The decisions of {@link sampleDrafter} that an offender gets wrong. */
export interface DrafterHabits {
  readonly limit: (limits: DraftLimits) => DraftLimits
  readonly copy: (tokens: Tokens) => Tokens
  readonly scopeOf: (options: DraftSessionOptions) => string
  readonly keeps: (options: DraftSessionOptions) => 'all' | 'outputs' | 'none'
  /** Whether `draft` is labelled instead of the longest one so far. */
  readonly prefers: (draft: Tokens, longest: Tokens) => boolean
  /** Whether a later commit of the same run goes on labelling where the last one ended. */
  readonly carriesLabels: boolean
  readonly countsCutsAsMisses: boolean
}

const goodHabits: DrafterHabits = {
  limit: (limits) => limits,
  copy: (tokens) => tokens.slice(),
  scopeOf: ({ scope = '' }) => scope,
  keeps: ({ remember = 'all' }) => remember,
  prefers: (draft, longest) => draft.length > longest.length,
  carriesLabels: true,
  countsCutsAsMisses: false,
}

/** What one scope has learned: texts of closed sessions, and how often drafted tokens came true. */
interface Memory {
  readonly texts: Tokens[]
  counts: Counts
}

interface Counts {
  readonly hits: number
  readonly misses: number
}

/**
 * A drafter that keeps every law and uses every freedom: it proposes what followed the last two tokens before, in this
 * session or in a closed one of its scope, and learns from the text how often that comes true.
 */
export function sampleDrafter(habits: Partial<DrafterHabits> = {}): Drafter {
  const memories = new Map<string, Memory>()
  const allHabits = { ...goodHabits, ...habits }
  return {
    contractVersion: CONTRACT_VERSION,
    name: 'sample',
    learnsAcrossSessions: true,
    open(prompt, options = {}) {
      const scope = allHabits.scopeOf(options)
      const memory = memories.get(scope) ?? { texts: [], counts: { hits: 8, misses: 1 } }
      memories.set(scope, memory)
      return new SampleSession(prompt, options, memory, allHabits)
    },
    [Symbol.dispose]: () => memories.clear(),
  }
}

/** The same without memory: each session is served by a drafter of its own. */
export function forgetfulDrafter(): Drafter {
  return {
    ...sampleDrafter(),
    learnsAcrossSessions: false,
    open: (prompt) => sampleDrafter().open(prompt),
  }
}

class SampleSession implements DraftSession {
  readonly #memory: Memory
  readonly #options: DraftSessionOptions
  readonly #habits: DrafterHabits
  readonly #chunks: Tokens[]
  #counts: Counts
  /** The longest draft since the last run of commits. */
  #longest: Tokens = NO_TOKENS
  /** How many of its tokens the text has confirmed since; undefined once they are counted. */
  #confirmed: number | undefined
  #closed = false

  constructor(prompt: Tokens, options: DraftSessionOptions, memory: Memory, habits: DrafterHabits) {
    this.#memory = memory
    this.#options = options
    this.#habits = habits
    this.#chunks = [habits.copy(prompt)]
    this.#counts = memory.counts
  }

  draft(limits: DraftLimits): Draft {
    this.#assertOpen()
    if (this.#confirmed !== undefined) this.#endOfRun()
    const draft = this.#propose(this.#habits.limit(limits))
    if (this.#habits.prefers(draft.tokens, this.#longest)) this.#longest = draft.tokens
    return draft
  }

  commit(tokens: Tokens): void {
    this.#assertOpen()
    this.#chunks.push(this.#habits.copy(tokens))
    this.#confirmed ??= 0
    for (const token of tokens) {
      if (this.#confirmed >= this.#longest.length) break
      const isHit = token === this.#longest[this.#confirmed++]
      this.#count(isHit)
      if (!isHit) this.#longest = NO_TOKENS
    }
    if (!this.#habits.carriesLabels) this.#longest = NO_TOKENS
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    const keeps = this.#habits.keeps(this.#options)
    if (keeps === 'none') return
    const text = joined(this.#chunks)
    this.#memory.texts.push(keeps === 'all' ? text : text.slice(this.#chunks[0]?.length))
    this.#memory.counts = this.#counts
  }

  #endOfRun(): void {
    const { countsCutsAsMisses } = this.#habits
    if (countsCutsAsMisses && (this.#confirmed ?? 0) < this.#longest.length) this.#count(false)
    this.#longest = NO_TOKENS
    this.#confirmed = undefined
  }

  #count(isHit: boolean): void {
    const { hits, misses } = this.#counts
    this.#counts = isHit ? { hits: hits + 1, misses } : { hits, misses: misses + 1 }
  }

  #propose({ maxTokens, minProbability = 0 }: DraftLimits): Draft {
    const text = joined(this.#chunks)
    const probability = this.#counts.hits / (this.#counts.hits + this.#counts.misses)
    const length = Math.min(maxTokens, Math.floor(Math.log(minProbability) / Math.log(probability)))
    const found = [text, ...this.#memory.texts.toReversed()].map((one) => continuation(one, text, length))
    const tokens = found.find((one) => one.length > 0) ?? NO_TOKENS
    return { tokens, probabilities: new Float32Array(tokens.length).fill(probability), drafter: 'sample' }
  }

  #assertOpen(): void {
    if (this.#closed) throw new SpeculationError('ERR_SESSION_CLOSED', 'the session is closed: open a new one')
  }
}

/** What followed the latest earlier occurrence of the last two tokens of `context`. */
function continuation(text: Tokens, context: Tokens, length: number): Tokens {
  const [first, second]: (TokenId | undefined)[] = [context.at(-2), context.at(-1)]
  for (let end = text.length - 1; end >= 2; end--)
    if (text[end - 2] === first && text[end - 1] === second) return text.slice(end, end + length)
  return NO_TOKENS
}

/** One array of all chunks. */
export function joined(chunks: readonly Tokens[]): Tokens {
  const all = new Int32Array(chunks.reduce((total, { length }) => total + length, 0))
  let end = 0
  for (const chunk of chunks) {
    all.set(chunk, end)
    end += chunk.length
  }
  return all
}
