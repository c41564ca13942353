import { HashChains, widened } from './hash-chains.js'
import { NONE } from './none.js'

const BLOCK_BITS = 5
const BLOCK = 1 << BLOCK_BITS
const MASK = BLOCK - 1
const FIRST_TOKENS = 4096
const BYTES_PER_BLOCK = 6 * 4

/**
 * Tokens of many sequences in blocks of 32, with hash chains over all of them.
 *
 * Every sequence writes into blocks of its own, so any number can grow at once and each reads all that is written. A
 * block knows what stands in front of it, so sequences that share a prefix share its blocks: they form a tree. A block
 * lives as long as a sequence ends in it or a block continues it. When the budget is full the oldest retired sequences
 * go; each block is freed once for each time it was filled, so that is O(1) a token.
 */
export class TokenArena {
  tokens: Int32Array = new Int32Array(FIRST_TOKENS).fill(NONE)
  /** 1 where the model wrote the token, 0 where it came in a prompt. */
  fromOutput: Uint8Array = new Uint8Array(FIRST_TOKENS)
  readonly chains: HashChains = new HashChains(FIRST_TOKENS)
  /** Per block: the position in front of its first token. */
  #before: Int32Array = new Int32Array(FIRST_TOKENS >> BLOCK_BITS)
  /** Per block: the position behind its last token, in the first block that went on there. */
  #after: Int32Array = new Int32Array(FIRST_TOKENS >> BLOCK_BITS)
  /** Per block: its first token's index in its sequence. */
  #base: Int32Array = new Int32Array(FIRST_TOKENS >> BLOCK_BITS)
  /** Per block: the conversation that it belongs to. */
  #owner: Int32Array = new Int32Array(FIRST_TOKENS >> BLOCK_BITS)
  /** Per block: the clock when it was begun. */
  #begun: Int32Array = new Int32Array(FIRST_TOKENS >> BLOCK_BITS)
  /** Per block: how many sequences end in it and blocks continue it. */
  #holders: Int32Array = new Int32Array(FIRST_TOKENS >> BLOCK_BITS)
  readonly #free: number[] = []
  #usedBlocks = 0
  /** Tokens' worth of blocks ever begun; it wraps, so only differences mean something. */
  #clock = 0
  readonly #maxTokens: number
  /** Ends of retired sequences, oldest first, from `#oldest` on. */
  #retired: number[] = []
  #oldest = 0
  #evicted = 0

  constructor(maxBytes: number) {
    this.#maxTokens = tokensWithin(maxBytes)
  }

  /** Where `position` goes on. */
  next(position: number): number {
    return (position & MASK) === MASK ? (this.#after[position >> BLOCK_BITS] as number) : position + 1
  }

  previous(position: number): number {
    return (position & MASK) === 0 ? (this.#before[position >> BLOCK_BITS] as number) : position - 1
  }

  /** Index of a position in its sequence. */
  indexOf(position: number): number {
    return (this.#base[position >> BLOCK_BITS] as number) + (position & MASK)
  }

  /** Conversation that a position belongs to. */
  ownerOf(position: number): number {
    return this.#owner[position >> BLOCK_BITS] as number
  }

  /** How many tokens' worth of blocks lie between the writing of two positions. */
  age(newer: number, older: number): number {
    return Math.abs((this.#writtenAt(newer) - this.#writtenAt(older)) | 0)
  }

  /** Whether a sequence that ends at `end` writes its next token into the block it is in. */
  continues(end: number): boolean {
    return end >= 0 && (end & MASK) !== MASK && this.tokens[end + 1] === NONE
  }

  /** A fresh block that continues `before`; the hold of the sequence that ended there becomes the block's. */
  allocate(before: number, base: number, owner: number): number {
    if (this.#free.length === 0 && this.#usedBlocks === this.#blocks) this.#makeRoom()
    const block = this.#free.pop() ?? this.#usedBlocks++
    const first = block << BLOCK_BITS
    this.#before[block] = before
    this.#after[block] = NONE
    this.#base[block] = base
    this.#owner[block] = owner
    this.#holders[block] = 1
    this.#begun[block] = this.#clock
    this.#clock = (this.#clock + BLOCK) | 0
    const parent = before >> BLOCK_BITS
    if (before >= 0 && (before & MASK) === MASK && this.#after[parent] === NONE) this.#after[parent] = first
    return first
  }

  /** Keeps the text up to `end` for one more sequence. */
  hold(end: number): void {
    const block = end >> BLOCK_BITS
    this.#holders[block] = (this.#holders[block] as number) + 1
  }

  /** Lets the text up to `end` go when room is needed; the result tells {@link isEvicted} whether it has gone. */
  retire(end: number): number {
    this.#retired.push(end)
    return this.#evicted + this.#retired.length - this.#oldest - 1
  }

  isEvicted(ticket: number): boolean {
    return ticket < this.#evicted
  }

  /** Makes room for `count` tokens at once, within the budget. */
  reserve(count: number): void {
    const room = this.#free.length + this.#blocks - this.#usedBlocks
    const missing = Math.ceil(count / BLOCK) + 1 - room
    const size = this.tokens.length
    if (missing > 0 && size < this.#maxTokens)
      this.#grow(Math.min(Math.max(size + missing * BLOCK, size * 1.25), this.#maxTokens))
  }

  /** Tokens that there is text for, unused ends of blocks included. */
  get storedTokens(): number {
    return (this.#usedBlocks - this.#free.length) * BLOCK
  }

  get bytes(): number {
    return bytesFor(this.tokens.length)
  }

  get #blocks(): number {
    return this.tokens.length >> BLOCK_BITS
  }

  #writtenAt(position: number): number {
    return (this.#begun[position >> BLOCK_BITS] as number) + (position & MASK)
  }

  /** Grows, or evicts once the budget is full. Open sequences stay, so they alone can exceed it. */
  #makeRoom(): void {
    const size = this.tokens.length
    if (size < this.#maxTokens) {
      this.#grow(Math.min(size * 1.25, this.#maxTokens))
      return
    }
    while (this.#free.length === 0 && this.#oldest < this.#retired.length) this.#evictOldest()
    if (this.#free.length === 0) this.#grow(size * 1.25)
  }

  #evictOldest(): void {
    this.#release(this.#retired[this.#oldest++] as number)
    this.#evicted++
    if (2 * this.#oldest <= this.#retired.length) return
    this.#retired = this.#retired.slice(this.#oldest)
    this.#oldest = 0
  }

  /** Ends one hold on the text up to `end` and frees the blocks that nothing holds then. */
  #release(end: number): void {
    for (let position = end; position >= 0; ) {
      const block = position >> BLOCK_BITS
      const holders = (this.#holders[block] as number) - 1
      this.#holders[block] = holders
      if (holders > 0) return
      const first = block << BLOCK_BITS
      this.tokens.fill(NONE, first, first + BLOCK)
      this.#free.push(block)
      position = this.#before[block] as number
      const parent = position >> BLOCK_BITS
      if (position >= 0 && this.#after[parent] === first) this.#after[parent] = NONE
    }
  }

  #grow(wanted: number): void {
    const size = Math.ceil(wanted / BLOCK) * BLOCK
    const blocks = size >> BLOCK_BITS
    this.tokens = widened(this.tokens, size, NONE)
    const fromOutput = new Uint8Array(size)
    fromOutput.set(this.fromOutput)
    this.fromOutput = fromOutput
    this.chains.grow(size)
    this.#before = widened(this.#before, blocks, 0)
    this.#after = widened(this.#after, blocks, 0)
    this.#base = widened(this.#base, blocks, 0)
    this.#owner = widened(this.#owner, blocks, 0)
    this.#begun = widened(this.#begun, blocks, 0)
    this.#holders = widened(this.#holders, blocks, 0)
  }
}

function bytesFor(tokens: number): number {
  return tokens * 5 + HashChains.bytesFor(tokens) + (tokens / BLOCK) * BYTES_PER_BLOCK
}

/** The most tokens, in whole blocks, whose arrays fit into `maxBytes`; the arena is never smaller than at its start. */
function tokensWithin(maxBytes: number): number {
  let blocks = FIRST_TOKENS >> BLOCK_BITS
  for (let step = 2 ** 25; step >= 1; step /= 2) if (bytesFor((blocks + step) * BLOCK) <= maxBytes) blocks += step
  return blocks * BLOCK
}
