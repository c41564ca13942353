import type { LlamaContext } from 'node-llama-cpp'

/** How a {@link fakeContext} behaves. */
export interface FakeContextOptions {
  readonly vocabularySize: number
  /** Cells, one of which stays free, as in node-llama-cpp. */
  readonly contextSize: number
  /** Whether it can only go back to checkpoints, as with recurrent state. */
  readonly recurrent?: boolean
  /** Called before each batch; what it throws is what decoding throws. */
  readonly beforeBatch?: (tokens: readonly number[]) => void | Promise<void>
}

/** The parts of node-llama-cpp's context and sequence that a target uses, over a model that is a hash of all its tokens. */
export interface FakeContext {
  readonly context: LlamaContext
  /** Tokens of each batch and calls besides, oldest first. */
  readonly calls: (readonly number[] | 'checkpoint')[]
  readonly openSequences: number
  readonly disposed: boolean
}

export function fakeContext(options: FakeContextOptions): FakeContext {
  const calls: FakeContext['calls'] = []
  let openSequences = 0
  let disposed = false
  const context = {
    getSequence() {
      if (openSequences > 0) throw new Error('No sequences left')
      openSequences++
      const sequence = new FakeSequence(options, calls)
      return Object.assign(sequence, {
        dispose: async () => {
          openSequences--
        },
      })
    },
    async dispose() {
      disposed = true
    },
  }
  return {
    context: context as unknown as LlamaContext,
    calls,
    get openSequences() {
      return openSequences
    },
    get disposed() {
      return disposed
    },
  }
}

class FakeSequence {
  readonly needsCheckpoints: boolean
  readonly #options: FakeContextOptions
  readonly #calls: FakeContext['calls']
  #tokens: number[] = []
  #checkpoint = 0

  constructor(options: FakeContextOptions, calls: FakeContext['calls']) {
    this.#options = options
    this.#calls = calls
    this.needsCheckpoints = options.recurrent === true
  }

  get nextTokenIndex(): number {
    return this.#tokens.length
  }

  get lastCheckpointIndex(): number {
    return Math.max(0, this.#checkpoint - 1)
  }

  async takeCheckpoint(): Promise<void> {
    this.#calls.push('checkpoint')
    this.#checkpoint = this.#tokens.length
  }

  async controlledEvaluate(items: readonly (number | readonly [number, unknown])[]): Promise<unknown[]> {
    const tokens = items.map((item) => (typeof item === 'number' ? item : item[0]))
    await this.#options.beforeBatch?.(tokens)
    if (this.#tokens.length + tokens.length > this.#options.contextSize - 1) throw new Error('the context was shifted')
    this.#calls.push(tokens)
    return items.map((item) => {
      this.#tokens.push(typeof item === 'number' ? item : item[0])
      return typeof item === 'number' ? undefined : { next: { logits: this.#bestTwo() } }
    })
  }

  async eraseContextTokenRanges([range]: readonly { readonly start: number; readonly end: number }[]): Promise<void> {
    if (range === undefined || range.end !== this.#tokens.length) throw new Error('erased inside')
    if (this.needsCheckpoints && range.start !== this.#checkpoint) throw new Error('erased a part of the state')
    this.#tokens.length = range.start
  }

  /** FNV-1a over all tokens; a lead of 0 to 3 logits, 0 being a tie. */
  #bestTwo(): Map<number, number> {
    let hash = 0x811c9dc5
    for (const token of this.#tokens) hash = Math.imul(hash ^ token, 0x01000193) >>> 0
    const { vocabularySize } = this.#options
    const first = hash % vocabularySize
    const second = (first + 1 + ((hash >>> 8) % (vocabularySize - 1))) % vocabularySize
    return new Map([
      [first, 10],
      [second, 10 - ((hash >>> 16) % 4)],
    ])
  }
}
