import type { GgufCursor } from './gguf-cursor.js'

/** An array of texts in a GGUF header, decoded only where one is asked for: vocabularies have 262,144 of them. */
export class GgufStrings {
  readonly length: number
  readonly #bytes: Buffer
  /** Where each text ends in `#bytes`; it begins 8 bytes, its length, behind the end of the one before. */
  readonly #ends: Uint32Array

  /** Reads `length` texts; each is held against what is left of the file. */
  constructor(cursor: GgufCursor, length: number) {
    const start = cursor.position
    // Each takes the eight bytes of its length at least: no table is made for a list that cannot be whole yet.
    cursor.needs(8 * length)
    const ends = new Uint32Array(length)
    for (let index = 0; index < length; index++) {
      cursor.skip(cursor.uint64())
      ends[index] = cursor.position - start
    }
    this.length = length
    this.#ends = ends
    this.#bytes = cursor.slice(start, cursor.position)
  }

  /** Bytes of the text at `index`, empty where there is none. */
  bytes(index: number): Buffer {
    const start = index === 0 ? 8 : (this.#ends[index - 1] ?? 0) + 8
    return this.#bytes.subarray(start, this.#ends[index] ?? start)
  }

  /** Length of the text at `index`, without looking at it. */
  byteLength(index: number): number {
    const start = index === 0 ? 0 : (this.#ends[index - 1] ?? 0)
    return Math.max(0, (this.#ends[index] ?? 0) - start - 8)
  }

  text(index: number): string {
    return this.bytes(index).toString('utf8')
  }

  /** Index of the first text equal to `text`; −1 for none. Linear. */
  indexOf(text: string): number {
    const wanted = Buffer.from(text)
    for (let index = 0; index < this.length; index++) if (this.bytes(index).equals(wanted)) return index
    return -1
  }
}
