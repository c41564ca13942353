import { randomInt } from 'node:crypto'
import type { ServedPiece, TextEvent, TextPieceEvent } from '../text-event.js'
import { PieceQueue } from './piece-queue.js'
import { type ReadPart, ToolCallReader } from './tool-call-reader.js'
import type { ToolReading } from './tool-plan.js'

/** Text in which calls of tools are found: they are events of their own, and not shown. */
export class CalledText {
  readonly #reader: ToolCallReader
  readonly #queue: PieceQueue = new PieceQueue()
  hasCalls = false

  constructor({ format, names }: ToolReading) {
    this.#reader = new ToolCallReader(format, names)
  }

  /** A step's text as far as it is decided; the step itself is told with the first of it. */
  events(pieces: readonly ServedPiece[], told: Omit<TextPieceEvent, 'kind' | 'pieces'>): TextEvent[] {
    this.#queue.push(pieces)
    const [first, ...others] = this.#events(this.#reader.push(pieces.map(({ text }) => text).join('')))
    if (first?.kind === 'piece') return [{ ...first, ...told }, ...others]
    return [{ kind: 'piece', pieces: [], ...told }, ...(first === undefined ? [] : [first]), ...others]
  }

  end(): TextEvent[] {
    return this.#events(this.#reader.end())
  }

  #events(parts: readonly ReadPart[]): TextEvent[] {
    return parts.flatMap((part): TextEvent[] => {
      const pieces = this.#queue.take(part.length)
      if (part.kind === 'text') return [{ kind: 'piece', pieces }]
      if (part.calls.length > 0) this.hasCalls = true
      return part.calls.map((call) => ({ kind: 'tool-call', call: { id: callId(), ...call } }))
    })
  }
}

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

/** Nine letters and digits: Mistral's templates take no other length. */
function callId(): string {
  return Array.from({ length: 9 }, () => letters[randomInt(letters.length)]).join('')
}
