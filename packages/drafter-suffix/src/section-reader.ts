import type { SpeculationError } from '@foretoken/contract'

const ALIGNMENT = 8

/** Reads the sections of a memory file, none of which is believed before it fits. */
export class SectionReader {
  readonly #content: Buffer
  #at: number
  readonly #damaged: (fault: string) => SpeculationError

  constructor(content: Buffer, from: number, damaged: (fault: string) => SpeculationError) {
    this.#content = content
    this.#at = from
    this.#damaged = damaged
  }

  get isAtEnd(): boolean {
    return this.#at === this.#content.length
  }

  /** The next section's bytes, in place. */
  bytes(): Buffer {
    const content = this.#content
    const start = this.#at + ALIGNMENT
    if (start > content.length) throw this.#damaged('it ends too early')
    const length = content.readUInt32LE(this.#at)
    const end = start + roundedUp(length)
    if (end > content.length) throw this.#damaged('it ends too early')
    this.#at = end
    return content.subarray(start, start + length)
  }

  text(mostBytes: number): string {
    const bytes = this.bytes()
    if (bytes.length > mostBytes) throw this.#damaged(`a name has more than ${mostBytes} bytes`)
    return bytes.toString('utf8')
  }
}

/** A section: its length, its bytes, and what fills them up. */
export function padded(bytes: Uint8Array): Uint8Array[] {
  const length = Buffer.alloc(ALIGNMENT)
  length.writeUInt32LE(bytes.byteLength)
  return [length, bytes, Buffer.alloc(roundedUp(bytes.byteLength) - bytes.byteLength)]
}

function roundedUp(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT
}
