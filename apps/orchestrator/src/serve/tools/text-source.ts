import { JsonNesting } from './json-nesting.js'

/** A text that arrives in pieces, from its first undecided character on. */
export interface TextSource {
  readonly text: string
  /** Whether nothing follows. */
  readonly isOver: boolean
}

/** Reads a source, and yields wherever more of it is needed. */
export type Reading<Result> = Generator<'more', Result, void>

const isSpace = (letter: string | undefined): boolean => letter !== undefined && ' \n\r\t'.includes(letter)

/** The place behind a word; `undefined` where something else stands there. */
export function* readWord(source: TextSource, at: number, word: string): Reading<number | undefined> {
  for (;;) {
    const there = source.text.slice(at, at + word.length)
    if (there === word) return at + word.length
    if (source.isOver || !word.startsWith(there)) return undefined
    yield 'more'
  }
}

/** The place behind white space, of which there may be none. */
export function* readSpace(source: TextSource, at: number, others = ''): Reading<number> {
  let end = at
  for (;;) {
    while (isSpace(source.text[end]) || (end < source.text.length && others.includes(source.text[end] ?? ''))) end++
    if (end < source.text.length || source.isOver) return end
    yield 'more'
  }
}

/** The place behind a name of a function; `undefined` where none stands there. */
export function* readName(source: TextSource, at: number): Reading<number | undefined> {
  let end = at
  for (;;) {
    while (/[\w.-]/.test(source.text[end] ?? '')) end++
    if (end < source.text.length || source.isOver) return end === at ? undefined : end
    yield 'more'
  }
}

/** The place behind a JSON object or list, whatever is in it; `undefined` where none begins, or it does not end. */
export function* readJson(source: TextSource, at: number): Reading<number | undefined> {
  const nesting = new JsonNesting()
  if (source.text.length > at && !'{['.includes(source.text[at] ?? '')) return undefined
  for (let end = at; ; end++) {
    while (end >= source.text.length) {
      if (source.isOver) return undefined
      yield 'more'
    }
    if (nesting.take(source.text[end] ?? '')) return end + 1
  }
}

/** Where a word begins, whole or cut off by the end of what is there; the text's length where it does not. */
export function wordStart(text: string, word: string, from = 0): number {
  const whole = text.indexOf(word, from)
  if (whole >= 0) return whole
  for (let at = Math.max(from, text.length - word.length + 1); at < text.length; at++)
    if (word.startsWith(text.slice(at))) return at
  return text.length
}
