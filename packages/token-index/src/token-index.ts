import type { Tokens } from '@foretoken/contract'
import { Sequence } from './sequence.js'
import { TokenArena } from './token-arena.js'

/** Newest sequences that a prompt is compared with. */
const COMPARED = 16
/** A shorter common prefix is written again, in tokens. */
const SHORTEST_SHARED = 64

/** All texts of one scope: open ones grow side by side, closed ones stay until their room is needed. */
export class TokenIndex {
  readonly #arena: TokenArena
  /** Newest last. */
  #newest: Sequence[] = []
  #conversations = 0

  /** `maxBytes` bounds the arrays; only open sequences may exceed it, as they are never evicted. */
  constructor(maxBytes: number) {
    this.#arena = new TokenArena(maxBytes)
  }

  /** Starts a sequence with `prompt`; what a recent one begins with as well is shared, not written again. */
  open(prompt: Tokens, fromOutput: 0 | 1 = 0): Sequence {
    const { parent, shared } = this.#longestPrefix(prompt)
    const sequence = new Sequence(this.#arena, parent?.owner ?? this.#conversations++)
    if (parent !== undefined) sequence.share(parent, shared)
    this.#arena.reserve(prompt.length - shared)
    sequence.append(prompt, shared, fromOutput)
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
