import type { Tokens } from '@foretoken/contract'
import type { IndexState } from './arena-state.js'
import { assertSound } from './assert-sound.js'
import { Sequence } from './sequence.js'
import { type Origin, TokenArena } from './token-arena.js'

/** Newest sequences that a prompt is compared with. */
const COMPARED = 16
/** A shorter common prefix is written again, in tokens. */
const SHORTEST_SHARED = 64

/** All texts of one scope: open ones grow side by side, closed ones stay until their room is needed. */
export class TokenIndex {
  #arena: TokenArena
  /** Newest last. */
  #newest: Sequence[] = []
  #conversations = 0

  /** `maxBytes` bounds the arrays; only open sequences may exceed it, as they are never evicted. */
  constructor(maxBytes: number) {
    this.#arena = new TokenArena(maxBytes)
  }

  /**
   * The index that a state was taken from; it drafts the same. One that takes more than `maxBytes` is written anew, its
   * newest texts as far as they fit. Throws `ERR_MEMORY_FORMAT` unless the state is sound.
   */
  static from(state: IndexState, maxBytes: number): TokenIndex {
    assertSound(state)
    const index = new TokenIndex(maxBytes)
    const arena = TokenArena.from(state, maxBytes)
    const textAt = (rank: number): Sequence => Sequence.closed(arena, state.retired[rank] as number, rank)
    if (arena.bytes > Math.max(maxBytes, index.bytes)) {
      for (let rank = 0; rank < state.retired.length; rank++) index.#rewrite(textAt(rank))
      return index
    }
    index.#arena = arena
    index.#newest = [...state.newest].map(textAt)
    index.#conversations = state.conversations
    return index
  }

  /** A copy of what it holds; texts that still grow count as closed. */
  state(): IndexState {
    const state = this.#arena.state()
    const open: readonly unknown[] = [...this.#arena.writers].filter(({ end }) => end >= 0)
    const closed = state.retired.length - open.length
    const newest = this.#newest
      .filter((sequence) => sequence.end >= 0 && !sequence.isEvicted)
      .map((sequence) => sequence.rank ?? closed + open.indexOf(sequence))
    return { ...state, conversations: this.#conversations, newest: Int32Array.from(newest) }
  }

  /** Starts a sequence with `prompt`; what a recent one begins with as well is shared, not written again. */
  open(prompt: Tokens, origin: Origin = 0): Sequence {
    const { parent, shared } = this.#longestPrefix(prompt)
    const sequence = new Sequence(this.#arena, parent?.owner ?? this.#conversations++)
    if (parent !== undefined) sequence.share(parent, shared)
    this.#arena.reserve(prompt.length - shared)
    sequence.append(prompt, shared, origin)
    this.#newest.push(sequence)
    if (this.#newest.length > COMPARED) this.#newest.shift()
    return sequence
  }

  get storedTokens(): number {
    return this.#arena.storedTokens
  }

  get bytes(): number {
    return this.#arena.bytes
  }

  /** Takes over a text of another index. */
  #rewrite(text: Sequence): void {
    const copy = this.open(text.tokensFrom(0))
    copy.copyOrigins(text)
    copy.close()
  }

  /** The recent sequence that shares most with `prompt`, whose last token is always written anew. */
  #longestPrefix(prompt: Tokens): { readonly parent?: Sequence; readonly shared: number } {
    this.#newest = this.#newest.filter((sequence) => !sequence.isEvicted)
    let parent: Sequence | undefined
    let shared = SHORTEST_SHARED - 1
    for (let index = this.#newest.length - 1; index >= 0; index--) {
      const sequence = this.#newest[index] as Sequence
      // Most recent texts share their beginning's blocks, which need not be compared again.
      const known = parent === undefined ? 0 : Math.min(shared, sequence.shares(parent))
      const common = Math.min(sequence.common(prompt, known), prompt.length - 1)
      if (common <= shared) continue
      shared = common
      parent = sequence
      if (common === sequence.length || common === prompt.length - 1) break
    }
    return parent === undefined ? { shared: 0 } : { parent, shared }
  }
}
