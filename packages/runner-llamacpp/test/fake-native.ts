import type {
  NativeContext,
  NativeContextOptions,
  NativeCounters,
  NativeDraft,
  NativeModel,
  NativeOpenOptions,
  NativeSequence,
  NativeVerdict,
} from '@foretoken/native'

/** How a {@link fakeNative} behaves. */
export interface FakeNativeOptions {
  readonly vocabularySize: number
  readonly endOfTextTokens: readonly number[]
  readonly rollback?: NativeContext['rollback']
  /** Called before each decode; what it throws is what decoding throws. */
  readonly beforeDecode?: (tokens: number) => void | Promise<void>
}

/** The addon's model over a language that is a hash of all tokens; counts what is open. */
export interface FakeNative extends NativeModel {
  readonly contexts: readonly FakeNativeContext[]
  readonly disposed: boolean
}

/** One context, with what was asked of it. */
export interface FakeNativeContext extends NativeContext {
  readonly options: NativeContextOptions
  readonly opened: readonly NativeOpenOptions[]
  readonly openSequences: number
  /** Verifications and drafts on the calling thread. */
  readonly callsHere: number
  readonly disposed: boolean
}

/** An error as the addon throws it. */
export function codedError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}

export function fakeNative(options: FakeNativeOptions): FakeNative {
  const contexts: FakeContext[] = []
  let disposed = false
  return {
    contexts,
    get disposed() {
      return disposed
    },
    vocabularySize: options.vocabularySize,
    endOfTextTokens: Int32Array.from(options.endOfTextTokens),
    trainedContextTokens: 4096,
    weightsBytes: 1000,
    isRecurrent: false,
    isHybrid: false,
    slidingWindowTokens: 0,
    async createContext(contextOptions) {
      const context = new FakeContext(options, contextOptions)
      contexts.push(context)
      return context
    },
    createSampler() {
      throw codedError('ERR_OPTION_INVALID', 'the fake has no samplers')
    },
    async dispose() {
      disposed = true
    },
  }
}

interface Job {
  readonly sequence: FakeSequence
  readonly draft: Int32Array
  readonly resolve: (verdict: NativeVerdict) => void
  readonly reject: (error: unknown) => void
}

class FakeContext implements FakeNativeContext {
  readonly rollback: NativeContext['rollback']
  readonly snapshots = 0
  readonly opened: NativeOpenOptions[] = []
  readonly model: FakeNativeOptions
  readonly options: NativeContextOptions
  readonly #counters = { decodes: 0, evaluatedTokens: 0 }
  #jobs: Job[] = []
  #isDecoding = false
  openSequences = 0
  callsHere = 0
  disposed = false

  constructor(model: FakeNativeOptions, options: NativeContextOptions) {
    this.model = model
    this.options = options
    this.rollback = model.rollback ?? 'trim'
  }

  counters(): NativeCounters {
    const none = { reusedTokens: 0, checkpoints: 0, checkpointBytes: 0, replayedTokens: 0 }
    return { ...none, ...this.#counters, decodeMs: 0, samplingMs: 0, rollbackMs: 0 }
  }

  async open(prompt: Int32Array, options: NativeOpenOptions = {}): Promise<NativeSequence> {
    this.opened.push(options)
    const { batchTokens = 512 } = this.options
    const last = prompt.length - 1
    for (let start = 0; start < last; start += batchTokens) {
      if (options.cancel?.[0] === 1) throw codedError('ERR_ABORTED', 'cancelled')
      const end = Math.min(last, start + batchTokens)
      await this.#decode(end - start)
      options.onProgress?.(end)
    }
    if (options.cancel?.[0] === 1) throw codedError('ERR_ABORTED', 'cancelled')
    return this.#sequence(prompt, options)
  }

  async restore(state: Uint8Array, options: NativeOpenOptions = {}): Promise<NativeSequence> {
    if (state.length % 4 !== 0) throw codedError('ERR_MEMORY_FORMAT', 'the state is damaged')
    return this.#sequence(new Int32Array(state.slice().buffer), options)
  }

  #sequence(tokens: Int32Array, options: NativeOpenOptions): FakeSequence {
    this.openSequences++
    return new FakeSequence(this, tokens, options.sampling?.topLogProbabilities)
  }

  async dispose(): Promise<void> {
    this.disposed = true
  }

  /** What is done on the calling thread, where nobody else could share a decode and none is under way; a token takes a millisecond. */
  here<Result>(tokens: number, mostMs: number, work: () => Result): Result | undefined {
    const isFree = this.openSequences === 1 && !this.#isDecoding && this.#jobs.length === 0
    if (!isFree || tokens > mostMs) return undefined
    this.callsHere++
    return work()
  }

  /** What is asked in one turn of the event loop is decoded together. */
  enqueue(job: Job): void {
    this.#jobs.push(job)
    if (this.#jobs.length === 1 && !this.#isDecoding) setImmediate(() => void this.#work())
  }

  withdraw(sequence: FakeSequence): boolean {
    const job = this.#jobs.find((one) => one.sequence === sequence)
    this.#jobs = this.#jobs.filter((one) => one !== job)
    job?.reject(codedError('ERR_ABORTED', 'withdrawn'))
    return job !== undefined
  }

  /** One decode at a time. */
  async #work(): Promise<void> {
    this.#isDecoding = true
    while (this.#jobs.length > 0) await this.#flush()
    this.#isDecoding = false
  }

  async #flush(): Promise<void> {
    const jobs = this.#jobs
    this.#jobs = []
    const width = jobs.reduce((sum, { draft }) => sum + draft.length + 1, 0)
    try {
      if (jobs.length > 0) await this.#decode(width)
    } catch (error) {
      for (const { reject } of jobs) reject(error)
      return
    }
    for (const { sequence, draft, resolve } of jobs) resolve(sequence.judge(draft, width))
  }

  async #decode(tokens: number): Promise<void> {
    await this.model.beforeDecode?.(tokens)
    this.#counters.decodes++
    this.#counters.evaluatedTokens += tokens
  }
}

class FakeSequence implements NativeSequence {
  readonly reusedTokens = 0
  readonly #context: FakeContext
  readonly #tokens: number[]
  readonly #topLogProbabilities: number | undefined

  constructor(context: FakeContext, tokens: Int32Array, topLogProbabilities: number | undefined) {
    this.#context = context
    this.#tokens = [...tokens]
    this.#topLogProbabilities = topLogProbabilities
  }

  get depth(): number {
    return this.#tokens.length
  }

  verify(draft: Int32Array): Promise<NativeVerdict> {
    return new Promise((resolve, reject) => this.#context.enqueue({ sequence: this, draft, resolve, reject }))
  }

  verifyHere(draft: Int32Array, mostMs: number): NativeVerdict | undefined {
    const width = draft.length + 1
    return this.#context.here(width, mostMs, () => this.judge(draft, width))
  }

  withdraw(): boolean {
    return this.#context.withdraw(this)
  }

  judge(draft: Int32Array, batch: number): NativeVerdict {
    const { vocabularySize, endOfTextTokens } = this.#context.model
    const { contextTokens, batchTokens = 512 } = this.#context.options
    const possible = draft.subarray(0, Math.max(0, Math.min(batchTokens - 1, contextTokens - this.depth - 1)))
    const bad = possible.findIndex((token) => token < 0 || token >= vocabularySize || endOfTextTokens.includes(token))
    const tried = bad < 0 ? possible : possible.subarray(0, bad)
    let accepted = 0
    for (; tried[accepted] === this.#next(); accepted++) this.#tokens.push(this.#next())
    const next = this.#next()
    this.#tokens.push(next)
    const end = endOfTextTokens.includes(next) ? 'end-of-text' : this.depth >= contextTokens ? 'context-full' : ''
    // A millisecond a token, and ten to go back.
    const verifyMs = batch + (accepted < tried.length && this.#context.rollback === 'checkpoint' ? 10 : 0)
    const times = { verifyMs, decodeMs: verifyMs, samplingMs: 0, rollbackMs: 0, replayedTokens: 0 }
    const width = tried.length + 1
    return {
      accepted,
      next,
      width,
      batchWidth: batch - width,
      microBatches: 1,
      end,
      topGap: 1,
      ...times,
      ...this.#choices(accepted + 1),
    }
  }

  /** Entries that say where they stand: place and rank. */
  #choices(count: number): Pick<NativeVerdict, 'choiceTokens' | 'choiceLogProbabilities'> {
    if (this.#topLogProbabilities === undefined) return {}
    const stride = this.#topLogProbabilities + 1
    return {
      choiceTokens: Int32Array.from({ length: count * stride }, (_, index) => index),
      choiceLogProbabilities: Float32Array.from({ length: count * stride }, (_, index) => -index),
    }
  }

  /** FNV-1a over all tokens. */
  #next(): number {
    let hash = 0x811c9dc5
    for (const token of this.#tokens) hash = Math.imul(hash ^ token, 0x01000193) >>> 0
    return hash % this.#context.model.vocabularySize
  }

  append(tokens: Int32Array): void {
    for (const token of tokens) this.#tokens.push(token)
  }

  async draft(limits: Parameters<NativeSequence['draft']>[0]): Promise<NativeDraft> {
    return this.#draft(limits)
  }

  draftHere(limits: Parameters<NativeSequence['draftHere']>[0], mostMs: number): NativeDraft | undefined {
    return this.#context.here(limits.maxTokens, mostMs, () => this.#draft(limits))
  }

  #draft({ maxTokens, minProbability }: Parameters<NativeSequence['draftHere']>[0]): NativeDraft {
    const before = this.depth
    const probabilities: number[] = []
    for (let product = 0.9; probabilities.length < maxTokens && product >= minProbability; product *= 0.9) {
      probabilities.push(0.9)
      this.#tokens.push(this.#next())
    }
    return { tokens: Int32Array.from(this.#tokens.splice(before)), probabilities: Float32Array.from(probabilities) }
  }

  async measureCost(widths: Int32Array): Promise<Float64Array> {
    return Float64Array.from(widths, (width) => (width > 8 ? Number.NaN : 0.001 * width))
  }

  async save(): Promise<Uint8Array> {
    return new Uint8Array(Int32Array.from(this.#tokens).buffer)
  }

  async close(): Promise<void> {
    this.#context.openSequences--
  }
}
