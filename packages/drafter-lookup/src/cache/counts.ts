import type { TokenId } from '@foretoken/contract'
import { TupleTable } from './tuple-table.js'

/** Highest token and highest count that lookup-cache files hold. */
export const HIGHEST: number = 2 ** 31 - 1

/** How often tokens followed things that have numbers from 0 on, in flat arrays: about 50 bytes a pair. */
export class Counts {
  /** Of a thing and a token that followed it. */
  readonly #pairs = new TupleTable(2)
  /** Per pair: how often, … */
  #counts: Int32Array = new Int32Array(64)
  /** … and the next pair of the same thing; its own number at the last. */
  #next: Int32Array = new Int32Array(64)
  /** Per thing: its first and its last pair, the one with the highest count, … */
  #first: Int32Array = new Int32Array(64)
  #last: Int32Array = new Int32Array(64)
  #best: Int32Array = new Int32Array(64)
  /** … and the sum of the counts. */
  #totals: Float64Array = new Float64Array(64)
  readonly #key = new Int32Array(2)

  /** Counts `token` behind `thing`, known or the next number, up to {@link HIGHEST}; says how often it was before. */
  add(thing: number, token: TokenId, count: number): number {
    this.#key[0] = thing
    this.#key[1] = token
    const known = this.#pairs.size
    const pair = this.#pairs.add(this.#key)
    if (pair === known) this.#begin(thing, pair)
    const before = this.#counts[pair] as number
    const after = Math.min(before + count, HIGHEST)
    this.#counts[pair] = after
    this.#totals[thing] = (this.#totals[thing] as number) + after - before
    const best = this.#best[thing] as number
    const most = this.#counts[best] as number
    // The lower token of equals, so that no order of adding matters.
    if (after > most || (after === most && token < this.#tokenOf(best))) this.#best[thing] = pair
    return before
  }

  count(thing: number, token: TokenId): number {
    this.#key[0] = thing
    this.#key[1] = token
    const pair = this.#pairs.find(this.#key)
    return pair < 0 ? 0 : (this.#counts[pair] as number)
  }

  /** The token that followed most often, the lowest of equals. */
  best(thing: number): TokenId {
    return this.#tokenOf(this.#best[thing] as number)
  }

  /** How often the {@link best} one did. */
  most(thing: number): number {
    return this.#counts[this.#best[thing] as number] as number
  }

  /** Sum of all counts behind `thing`. */
  total(thing: number): number {
    return this.#totals[thing] as number
  }

  /** The tokens behind `thing` and their counts, in the order in which they first came up. */
  *followers(thing: number): Generator<readonly [TokenId, number], void, void> {
    const last = this.#last[thing] as number
    for (let pair = this.#first[thing] as number; ; pair = this.#next[pair] as number) {
      yield [this.#tokenOf(pair), this.#counts[pair] as number]
      if (pair === last) return
    }
  }

  #tokenOf(pair: number): TokenId {
    return this.#pairs.value(pair, 1)
  }

  #begin(thing: number, pair: number): void {
    if (pair === this.#counts.length) {
      this.#counts = doubled(this.#counts)
      this.#next = doubled(this.#next)
    }
    if (thing === this.#totals.length) this.#growThings()
    if (this.#totals[thing] === 0) {
      this.#first[thing] = pair
      this.#best[thing] = pair
    } else this.#next[this.#last[thing] as number] = pair
    this.#last[thing] = pair
  }

  #growThings(): void {
    this.#first = doubled(this.#first)
    this.#last = doubled(this.#last)
    this.#best = doubled(this.#best)
    const totals = new Float64Array(2 * this.#totals.length)
    totals.set(this.#totals)
    this.#totals = totals
  }
}

function doubled(array: Int32Array): Int32Array {
  const twice = new Int32Array(2 * array.length)
  twice.set(array)
  return twice
}
