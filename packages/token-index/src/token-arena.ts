import type { ArenaState } from './arena-state.js'
import { CHAINS, HashChains, widened } from './hash-chains.js'
import { NONE } from './none.js'

/** A block holds 32 tokens. */
export const BLOCK_BITS = 5
export const BLOCK: number = 1 << BLOCK_BITS
export const BLOCK_MASK: number = BLOCK - 1
const FIRST_TOKENS = 4096
/** Up to here the arrays double; beyond, that would waste memory, and smaller steps would take time. */
const DOUBLED_TOKENS = 65_536

/** A block's record has 8 integers: at its number shifted by this … */
export const RECORD_BITS = 3
/** … stand the position in front of its first token, … */
export const BEFORE = 0
/** … the position behind its last token, in the first block that went on there, … */
export const AFTER = 1
/** … its first token's index in its sequence, … */
export const BASE = 2
/** … the conversation that it belongs to, … */
export const OWNER = 3
/** … the clock when it was begun, … */
export const BEGUN = 4
/** … and how many sequences end in it and blocks continue it. */
export const HOLDERS = 5

/** Who wrote a text: 0 a prompt, 1 the model, 2 a corpus. */
export type Origin = 0 | 1 | typeof CORPUS

/** The origin of imported texts. */
export const CORPUS = 2

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
  /** Per token, the {@link Origin} of the text that it was written in. */
  origins: Uint8Array = new Uint8Array(FIRST_TOKENS)
  chains: HashChains = new HashChains(FIRST_TOKENS)
  /** One record a block. */
  blocks: Int32Array = new Int32Array((FIRST_TOKENS >> BLOCK_BITS) << RECORD_BITS)
  /** Sequences that may still write. */
  readonly writers: Set<{ readonly end: number }> = new Set()
  #free: number[] = []
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

  /** An arena as it was saved, whose state is known to be sound, and is the arena's own from now on. */
  static from(state: ArenaState, maxBytes: number): TokenArena {
    const arena = new TokenArena(maxBytes)
    const size = Math.max(FIRST_TOKENS, state.tokens.length)
    arena.tokens = widened(state.tokens, size, NONE)
    arena.origins = widenedBytes(state.origins, size)
    arena.chains = HashChains.from(state.links, state.heads, size)
    arena.blocks = widened(state.blocks, (size >> BLOCK_BITS) << RECORD_BITS, 0)
    arena.#usedBlocks = state.tokens.length >> BLOCK_BITS
    arena.#free = [...state.free]
    arena.#retired = [...state.retired]
    arena.#clock = state.clock
    return arena
  }

  /** A copy of what it holds. Texts that still grow count as closed, after all others. */
  state(): ArenaState {
    const size = this.#usedBlocks << BLOCK_BITS
    const open = [...this.writers].map(({ end }) => end).filter((end) => end >= 0)
    return {
      clock: this.#clock,
      tokens: this.tokens.slice(0, size),
      origins: this.origins.slice(0, size),
      links: this.chains.links.slice(0, CHAINS * size),
      heads: this.chains.heads.slice(),
      blocks: this.blocks.slice(0, this.#usedBlocks << RECORD_BITS),
      free: Int32Array.from(this.#free),
      retired: Int32Array.from([...this.#retired.slice(this.#oldest), ...open]),
    }
  }

  /** Bytes of an arena that holds `tokens` tokens, in whole blocks. */
  static bytesFor(tokens: number): number {
    return bytesFor(Math.max(FIRST_TOKENS, tokens))
  }

  /** Where `position` goes on. */
  next(position: number): number {
    return nextOf(this.blocks, position)
  }

  previous(position: number): number {
    return previousOf(this.blocks, position)
  }

  /** One integer of the record of the block that `position` lies in. */
  recordOf(position: number, field: number): number {
    return this.blocks[((position >> BLOCK_BITS) << RECORD_BITS) + field] as number
  }

  /** Whether a sequence that ends at `end` writes its next token into the block it is in. */
  continues(end: number): boolean {
    return end >= 0 && (end & BLOCK_MASK) !== BLOCK_MASK && this.tokens[end + 1] === NONE
  }

  /** A fresh block that continues `before`; the hold of the sequence that ended there becomes the block's. */
  allocate(before: number, base: number, owner: number): number {
    if (this.#free.length === 0 && this.#usedBlocks === this.#blocks) this.#makeRoom()
    const block = this.#free.pop() ?? this.#usedBlocks++
    const first = block << BLOCK_BITS
    const { blocks } = this
    const record = block << RECORD_BITS
    blocks[record + BEFORE] = before
    blocks[record + AFTER] = NONE
    blocks[record + BASE] = base
    blocks[record + OWNER] = owner
    blocks[record + BEGUN] = this.#clock
    blocks[record + HOLDERS] = 1
    this.#clock = (this.#clock + BLOCK) | 0
    if (before < 0 || (before & BLOCK_MASK) !== BLOCK_MASK) return first
    const parent = (before >> BLOCK_BITS) << RECORD_BITS
    if (blocks[parent + AFTER] === NONE) blocks[parent + AFTER] = first
    return first
  }

  /** Keeps the text up to `end` for one more sequence. */
  hold(end: number): void {
    const record = (end >> BLOCK_BITS) << RECORD_BITS
    this.blocks[record + HOLDERS] = (this.blocks[record + HOLDERS] as number) + 1
  }

  /** Lets the text up to `end` go when room is needed; the result tells {@link isEvicted} whether it has gone. */
  retire(end: number): number {
    this.#retired.push(end)
    return this.#evicted + this.#retired.length - this.#oldest - 1
  }

  /** Where the text with that ticket stands among those of {@link TokenArena.state}; negative once evicted. */
  rankOf(ticket: number): number {
    return ticket - this.#evicted
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
      this.#grow(Math.min(Math.max(size + missing * BLOCK, larger(size)), this.#maxTokens))
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

  /** Grows, or evicts once the budget is full. Open sequences stay, so they alone can exceed it. */
  #makeRoom(): void {
    const size = this.tokens.length
    if (size < this.#maxTokens) {
      this.#grow(Math.min(larger(size), this.#maxTokens))
      return
    }
    while (this.#free.length === 0 && this.#oldest < this.#retired.length) this.#evictOldest()
    if (this.#free.length === 0) this.#grow(larger(size))
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
    const { blocks } = this
    for (let position = end; position >= 0; ) {
      const block = position >> BLOCK_BITS
      const record = block << RECORD_BITS
      const holders = (blocks[record + HOLDERS] as number) - 1
      blocks[record + HOLDERS] = holders
      if (holders > 0) return
      const first = block << BLOCK_BITS
      this.tokens.fill(NONE, first, first + BLOCK)
      this.#free.push(block)
      position = blocks[record + BEFORE] as number
      const parent = (position >> BLOCK_BITS) << RECORD_BITS
      if (position >= 0 && blocks[parent + AFTER] === first) blocks[parent + AFTER] = NONE
    }
  }

  #grow(wanted: number): void {
    const size = Math.ceil(wanted / BLOCK) * BLOCK
    this.tokens = widened(this.tokens, size, NONE)
    this.origins = widenedBytes(this.origins, size)
    this.chains.grow(size)
    this.blocks = widened(this.blocks, (size >> BLOCK_BITS) << RECORD_BITS, 0)
  }
}

/** Where `position` goes on, by the records of the blocks. */
export function nextOf(blocks: Int32Array, position: number): number {
  return (position & BLOCK_MASK) === BLOCK_MASK
    ? (blocks[((position >> BLOCK_BITS) << RECORD_BITS) + AFTER] as number)
    : position + 1
}

/** The position in front of `position`, by the records of the blocks. */
export function previousOf(blocks: Int32Array, position: number): number {
  return (position & BLOCK_MASK) === 0
    ? (blocks[((position >> BLOCK_BITS) << RECORD_BITS) + BEFORE] as number)
    : position - 1
}

function widenedBytes(array: Uint8Array, length: number): Uint8Array {
  if (length === array.length) return array
  const wider = new Uint8Array(length)
  wider.set(array)
  return wider
}

function larger(size: number): number {
  return size < DOUBLED_TOKENS ? 2 * size : 1.25 * size
}

function bytesFor(tokens: number): number {
  return tokens * 5 + HashChains.bytesFor(tokens) + 4 * ((tokens >> BLOCK_BITS) << RECORD_BITS)
}

/** The most tokens, in whole blocks, whose arrays fit into `maxBytes`; the arena is never smaller than at its start. */
function tokensWithin(maxBytes: number): number {
  let blocks = FIRST_TOKENS >> BLOCK_BITS
  for (let step = 2 ** 25; step >= 1; step /= 2) if (bytesFor((blocks + step) * BLOCK) <= maxBytes) blocks += step
  return blocks * BLOCK
}
