import { randomUUID } from 'node:crypto'
import type { ToolCall } from '../text-request.js'
import type { CallPiece } from './stream-chunk.js'

interface Gathered {
  readonly index: number
  id: string
  name: string
  text: string
}

/** Calls of tools, which come in pieces; one is whole when the next begins, or when the answer ends. */
export class GatheredCalls {
  #open: Gathered | undefined

  /** Takes a piece; gives the call that is whole by it. */
  push({ index, id, function: called = {} }: CallPiece): ToolCall | undefined {
    const { name, arguments: text } = called
    // Servers that number nothing name each call in its first piece.
    const at = index ?? (this.#open === undefined ? 0 : this.#open.index + (name ? 1 : 0))
    const whole = this.#open !== undefined && this.#open.index !== at ? this.end() : undefined
    this.#open ??= { index: at, id: '', name: '', text: '' }
    if (id) this.#open.id = id
    if (name) this.#open.name += name
    this.#open.text += text ?? ''
    return whole
  }

  /** The last call; undefined where none is open. */
  end(): ToolCall | undefined {
    const open = this.#open
    this.#open = undefined
    if (open === undefined) return undefined
    return { id: open.id || `call_${randomUUID()}`, name: open.name, arguments: open.text || '{}' }
  }
}
