import { readSpace } from './text-source.js'
import { type CallSyntax, callSyntaxes, type ToolFormat } from './tool-format.js'
import type { WrittenCall } from './written-call.js'

/** What the next characters of a text are: text to be shown, or what is not shown, with the calls in it. */
export type ReadPart =
  | { readonly kind: 'text'; readonly length: number }
  | { readonly kind: 'calls'; readonly length: number; readonly calls: readonly WrittenCall[] }

/** Finds calls of tools in a text that arrives in pieces. What is malformed, or calls a tool that is not there, stays text. */
export class ToolCallReader {
  readonly #source: { text: string; isOver: boolean } = { text: '', isOver: false }
  readonly #parts: Generator<ReadPart | 'more', void, void>

  constructor(format: ToolFormat, names: readonly string[]) {
    this.#parts = this.#read(callSyntaxes[format], new Set(names))
  }

  /** Appends text; the parts are those that are decided by now. */
  push(text: string): readonly ReadPart[] {
    this.#source.text += text
    return this.#decided()
  }

  /** No text follows: what was held back is decided. */
  end(): readonly ReadPart[] {
    this.#source.isOver = true
    return this.#decided()
  }

  #decided(): readonly ReadPart[] {
    const parts: ReadPart[] = []
    for (;;) {
      const { value, done } = this.#parts.next()
      if (done === true || value === 'more') return parts
      const last = parts.at(-1)
      if (value.kind === 'text' && last?.kind === 'text')
        parts[parts.length - 1] = { kind: 'text', length: last.length + value.length }
      else parts.push(value)
    }
  }

  *#read(syntax: CallSyntax, names: ReadonlySet<string>): Generator<ReadPart | 'more', void, void> {
    const source = this.#source
    let isFresh = true
    for (;;) {
      const start = syntax.start(source.text, isFresh)
      if (start > 0) {
        isFresh = false
        yield this.#take({ kind: 'text', length: start })
      }
      if (source.text === '') {
        if (source.isOver) return
        yield 'more'
        continue
      }
      const found = yield* syntax.read(source, names)
      isFresh = found !== undefined
      if (found === undefined) {
        // What begins like a call and is none: one may begin behind its first character.
        yield this.#take({ kind: 'text', length: 1 })
        continue
      }
      yield this.#take({ kind: 'calls', ...found })
      const space = yield* readSpace(source, 0, syntax.between)
      if (space > 0) yield this.#take({ kind: 'calls', length: space, calls: [] })
    }
  }

  #take(part: ReadPart): ReadPart {
    this.#source.text = this.#source.text.slice(part.length)
    return part
  }
}
