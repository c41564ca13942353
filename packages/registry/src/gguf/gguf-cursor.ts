import { createHash } from 'node:crypto'
import { SpeculationError } from '@foretoken/contract'

/** Thrown inside the parser when the header goes on behind the bytes read so far. */
export const headerIncomplete: unique symbol = Symbol('header incomplete')

/** Reads the little-endian values of a GGUF header from the beginning of a file. */
export class GgufCursor {
  /** Next byte to read. */
  position = 0
  readonly #bytes: Buffer
  readonly #file: GgufFile

  constructor(bytes: Buffer, file: GgufFile) {
    this.#bytes = bytes
    this.#file = file
  }

  uint32(): number {
    return this.#bytes.readUInt32LE(this.skip(4))
  }

  /** A count, offset or length; those above 2^53 are damage, since no file is that long. */
  uint64(): number {
    const value = this.#bytes.readBigUInt64LE(this.skip(8))
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.damaged(`a length of ${value} stands in it`)
    return Number(value)
  }

  /** A text; complains where it is longer than `mostBytes`. */
  string(mostBytes: number, what: string): string {
    const length = this.uint64()
    if (length > mostBytes) throw this.damaged(`${what} is ${length} bytes long, at most ${mostBytes} are read`)
    return this.utf8(length)
  }

  /** The next `length` bytes as text. */
  utf8(length: number): string {
    const start = this.skip(length)
    return this.#bytes.toString('utf8', start, start + length)
  }

  /** The value of a scalar of `enum gguf_type`. */
  scalar(type: number): number | bigint | boolean {
    const read = scalarReaders[type]
    if (read === undefined) throw this.damaged(`a value has the unknown type ${type}`)
    return read(this.#bytes, (length) => this.skip(length))
  }

  /** The bytes from `start` to `end`; they stay what they are. */
  slice(start: number, end: number): Buffer {
    return this.#bytes.subarray(start, end)
  }

  /** Computes SHA-256 over what was read since `start`, as hexadecimal text, when it is called. */
  digestOf(start: number): () => string {
    const read = this.slice(start, this.position)
    return () => createHash('sha256').update(read).digest('hex')
  }

  /** Another reader of the same bytes, which begins at `position`. */
  at(position: number): GgufCursor {
    const other = new GgufCursor(this.#bytes, this.#file)
    other.position = position
    return other
  }

  /** Ends the parsing for now where fewer than `length` bytes were read ahead of it. */
  needs(length: number): void {
    if (this.position + length > this.#bytes.length) throw headerIncomplete
  }

  /** Moves on by `length` bytes and returns where they begin; complains if the file ends before. */
  skip(length: number): number {
    const start = this.position
    const end = start + length
    if (end > this.#file.bytes) {
      throw this.damaged(`it ends after ${this.#file.bytes} bytes, inside its header`, 'truncated')
    }
    if (end > this.#bytes.length) throw headerIncomplete
    this.position = end
    return start
  }

  /** Complains unless the rest of the file has room for `count` things of at least `leastBytes` each. */
  room(count: number, leastBytes: number): void {
    if (count * leastBytes <= this.#file.bytes - this.position) return
    throw this.damaged(`it announces ${count} entries, more than its ${this.#file.bytes} bytes can hold`, 'truncated')
  }

  damaged(reason: string, kind?: GgufFault): SpeculationError<'ERR_MODEL_FORMAT'> {
    return ggufDamage(this.#file.path, reason, kind)
  }
}

/** What is known of a file before it is read. */
export interface GgufFile {
  readonly path: string
  readonly bytes: number
}

const cures = {
  damaged: 'download or convert the model again',
  truncated: 'download it again to the end',
  'no-file': 'name a GGUF file',
} as const

/** What is wrong with a file, which decides on the cure. */
export type GgufFault = keyof typeof cures

/** `ERR_MODEL_FORMAT` in one sentence with the cure. */
export function ggufDamage(
  path: string,
  reason: string,
  kind: GgufFault = 'damaged',
): SpeculationError<'ERR_MODEL_FORMAT'> {
  const message = `${path} is not a whole GGUF model: ${reason}; ${cures[kind]}`
  return new SpeculationError('ERR_MODEL_FORMAT', message, {
    details: { path, reason },
  })
}

type ScalarReader = (bytes: Buffer, skip: (length: number) => number) => number | bigint | boolean

// In the order of `enum gguf_type`; strings (8) and arrays (9) are no scalars.
const scalarReaders: readonly (ScalarReader | undefined)[] = [
  (bytes, skip) => bytes.readUInt8(skip(1)),
  (bytes, skip) => bytes.readInt8(skip(1)),
  (bytes, skip) => bytes.readUInt16LE(skip(2)),
  (bytes, skip) => bytes.readInt16LE(skip(2)),
  (bytes, skip) => bytes.readUInt32LE(skip(4)),
  (bytes, skip) => bytes.readInt32LE(skip(4)),
  (bytes, skip) => bytes.readFloatLE(skip(4)),
  (bytes, skip) => bytes.readUInt8(skip(1)) !== 0,
  undefined,
  undefined,
  (bytes, skip) => narrow(bytes.readBigUInt64LE(skip(8))),
  (bytes, skip) => narrow(bytes.readBigInt64LE(skip(8))),
  (bytes, skip) => bytes.readDoubleLE(skip(8)),
]

function narrow(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}
