import type { Answer } from '../answer.js'
import { finalText } from './answer-part.js'

/** Why an answer is none: nothing in it, the same over and over, or the prompt said again. */
export type Degeneration = 'empty' | 'loop' | 'echo'

/** What is wrong with an answer before anybody reads it; `undefined` when nothing is. */
export function degenerationOf(answer: Answer, prompt: string): Degeneration | undefined {
  if (isEmpty(answer)) return 'empty'
  if (isLoop(answer.text)) return 'loop'
  return isEcho(finalText(answer.text), prompt) ? 'echo' : undefined
}

/** Whether an answer says nothing: no letter, digit or symbol outside of thinking and of special tokens, and no call. */
export function isEmpty({ text, toolCalls = [] }: Answer): boolean {
  return toolCalls.length === 0 && !/[\p{L}\p{N}\p{S}]/u.test(finalText(text).replace(/<\|[^|]*\|>|<\/?s>/g, ''))
}

const tailCharacters = 8_000
const loopCharacters = 160
const loopRepeats = 5

/**
 * Whether a text ends in a block that is repeated at least five times over at least 160 characters, the last time
 * perhaps in part, or has a line of 16 characters and more eight times. O(n), n at most 8,000.
 */
export function isLoop(text: string): boolean {
  const tail = text.trimEnd().slice(-tailCharacters)
  return longestPeriodicEnd(tail) || hasLineRepeated(tail)
}

/** Knuth, Morris and Pratt's failure function on the reversed text: prefix length − failure is its shortest period. */
function longestPeriodicEnd(text: string): boolean {
  const last = text.length - 1
  const failure = new Int32Array(text.length + 1)
  for (let length = 1, border = 0; length < text.length; length++) {
    while (border > 0 && text[last - length] !== text[last - border]) border = failure[border] ?? 0
    if (text[last - length] === text[last - border]) border++
    failure[length + 1] = border
    const period = length + 1 - border
    if (length + 1 >= loopCharacters && length + 1 >= loopRepeats * period) return true
  }
  return false
}

function hasLineRepeated(text: string): boolean {
  const counts = new Map<string, number>()
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line.length < 16 || !/\p{L}/u.test(line)) continue
    const count = (counts.get(line) ?? 0) + 1
    if (count === 8) return true
    counts.set(line, count)
  }
  return false
}

const shingleWords = 6

/**
 * Whether a text mostly says the prompt again: four of five runs of six words stand in the prompt; a shorter text, when
 * it is the whole prompt or a line of it with four words or more.
 */
export function isEcho(text: string, prompt: string): boolean {
  const [said, asked] = [wordsOf(text), wordsOf(prompt)]
  if (said.length < 2 * shingleWords) {
    const lines = [prompt, ...prompt.split('\n')].map((line) => wordsOf(line).join(' '))
    return said.length >= 4 && lines.includes(said.join(' '))
  }
  const known = new Set(shingles(asked))
  const own = shingles(said)
  return own.filter((shingle) => known.has(shingle)).length >= 0.8 * own.length
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}

function shingles(words: readonly string[]): string[] {
  return words.slice(shingleWords - 1).map((_, index) => words.slice(index, index + shingleWords).join(' '))
}
