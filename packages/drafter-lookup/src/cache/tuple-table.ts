const FIRST_ROOM = 64
const EMPTY = -1

/** Numbers tuples of 32-bit integers in the order in which they are added: a hash table in three flat arrays. */
export class TupleTable {
  size = 0
  readonly #width: number
  /** The tuples one behind the other. */
  #keys: Int32Array
  /** Open addressing with linear probing; at most half full. */
  #slots: Int32Array

  constructor(width: number) {
    this.#width = width
    this.#keys = new Int32Array(FIRST_ROOM * width)
    this.#slots = new Int32Array(2 * FIRST_ROOM).fill(EMPTY)
  }

  /** Number of the tuple in front of `key`; negative when it was never added. */
  find(key: Int32Array): number {
    return this.#slots[this.#slotOf(key)] as number
  }

  /** Number of the tuple in front of `key`, which is {@link size} as it was if the tuple is new. */
  add(key: Int32Array): number {
    const slot = this.#slotOf(key)
    const known = this.#slots[slot] as number
    if (known !== EMPTY) return known
    const index = this.size++
    for (let place = 0; place < this.#width; place++) this.#keys[index * this.#width + place] = key[place] as number
    this.#slots[slot] = index
    if (2 * this.size >= this.#slots.length) this.#grow()
    return index
  }

  /** What stands at `place` of the tuple with that number. */
  value(index: number, place: number): number {
    return this.#keys[index * this.#width + place] as number
  }

  /** Where the tuple is, or where it would be. */
  #slotOf(key: Int32Array): number {
    const slots = this.#slots
    const mask = slots.length - 1
    let slot = hash(key, 0, this.#width) & mask
    for (; ; slot = (slot + 1) & mask) {
      const index = slots[slot] as number
      if (index === EMPTY || this.#isAt(index, key)) return slot
    }
  }

  #isAt(index: number, key: Int32Array): boolean {
    const from = index * this.#width
    for (let place = 0; place < this.#width; place++) if (this.#keys[from + place] !== key[place]) return false
    return true
  }

  #grow(): void {
    const keys = new Int32Array(2 * this.#keys.length)
    keys.set(this.#keys)
    this.#keys = keys
    const slots = new Int32Array(2 * this.#slots.length).fill(EMPTY)
    const mask = slots.length - 1
    for (let index = 0; index < this.size; index++) {
      let slot = hash(keys, index * this.#width, this.#width) & mask
      while (slots[slot] !== EMPTY) slot = (slot + 1) & mask
      slots[slot] = index
    }
    this.#slots = slots
  }
}

/** Mixes with the rounds of MurmurHash3. */
function hash(key: Int32Array, from: number, width: number): number {
  let mixed = width
  for (let place = 0; place < width; place++) {
    mixed = Math.imul(mixed ^ Math.imul(key[from + place] as number, 0xcc9e2d51), 0x85ebca6b)
    mixed ^= mixed >>> 13
  }
  mixed = Math.imul(mixed, 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
