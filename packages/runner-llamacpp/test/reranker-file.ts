import { readFileSync } from 'node:fs'

/** A fixture model with a classifier of two labels behind it, as rerankers have: a file that no model was trained to be. */
export function rerankerBytes(path: string, embeddingLength: number): Buffer {
  const file = readFileSync(path)
  const { keysEnd, tensorsEnd, dataStart } = layoutOf(file)
  const tensors = Number(file.readBigUInt64LE(8))
  const keys = Number(file.readBigUInt64LE(16))
  const data = padded(file.subarray(dataStart))
  const weights = new Float32Array(2 * embeddingLength).map((_, index) => Math.sin(index * 1.7) / 4)
  const own = [
    key('qwen3.pooling_type', 4, uint32(4)),
    key('qwen3.classifier.output_labels', 9, uint32(8), uint64(2), text('yes'), text('no')),
  ]
  const tensor = [
    text('cls.output.weight'),
    uint32(2),
    uint64(embeddingLength),
    uint64(2),
    uint32(0),
    uint64(data.length),
  ]
  const head = Buffer.concat([
    ...[file.subarray(0, 8), uint64(tensors + 1), uint64(keys + own.length)],
    ...[file.subarray(24, keysEnd), ...own, file.subarray(keysEnd, tensorsEnd), ...tensor],
  ])
  return Buffer.concat([padded(head), data, Buffer.from(weights.buffer)])
}

interface Layout {
  readonly keysEnd: number
  readonly tensorsEnd: number
  readonly dataStart: number
}

function layoutOf(file: Buffer): Layout {
  const cursor = new Cursor(file, 8)
  const tensors = cursor.uint64()
  for (let left = cursor.uint64(); left > 0; left--) {
    cursor.skipText()
    cursor.skipValue(cursor.uint32())
  }
  const keysEnd = cursor.at
  for (let left = tensors; left > 0; left--) {
    cursor.skipText()
    const dimensions = cursor.uint32()
    cursor.at += dimensions * 8 + 4 + 8
  }
  return { keysEnd, tensorsEnd: cursor.at, dataStart: Math.ceil(cursor.at / 32) * 32 }
}

/** Bytes of a value by its type's number. */
const valueBytes: readonly number[] = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8]

class Cursor {
  readonly #file: Buffer
  at: number

  constructor(file: Buffer, at: number) {
    this.#file = file
    this.at = at
  }

  uint32(): number {
    this.at += 4
    return this.#file.readUInt32LE(this.at - 4)
  }

  uint64(): number {
    this.at += 8
    return Number(this.#file.readBigUInt64LE(this.at - 8))
  }

  skipText(): void {
    const length = this.uint64()
    this.at += length
  }

  skipValue(type: number): void {
    if (type === 8) this.skipText()
    else if (type !== 9) this.at += valueBytes[type] ?? 0
    else {
      const items = this.uint32()
      for (let left = this.uint64(); left > 0; left--) this.skipValue(items)
    }
  }
}

function key(name: string, type: number, ...value: readonly Buffer[]): Buffer {
  return Buffer.concat([text(name), uint32(type), ...value])
}

function text(value: string): Buffer {
  return Buffer.concat([uint64(Buffer.byteLength(value)), Buffer.from(value)])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((32 - (bytes.length % 32)) % 32)])
}
