import type { AnswerPart } from '../checker.js'

/**
 * What a model says after thinking: without `<think>…</think>` blocks and the empty lines behind them. A block that never
 * ends leaves nothing, since the answer was not reached; an end without a start is that of a block which the prompt had
 * opened. A text without thoughts stays as it is.
 */
export function finalText(text: string): string {
  if (!/<\/?think>/.test(text)) return text
  const closed = text.replace(/<think>[\s\S]*?<\/think>/g, '')
  const end = closed.lastIndexOf('</think>')
  const rest = end === -1 ? closed : closed.slice(end + '</think>'.length)
  const open = rest.indexOf('<think>')
  return (open === -1 ? rest : rest.slice(0, open)).replace(/^(?:[ \t]*\n)+/, '')
}

/** The part of a text that is looked at, trimmed; `undefined` where it is not there. */
export function partOf(text: string, part: AnswerPart = 'whole'): string | undefined {
  if (part === 'whole') return text.trim()
  if (part === 'lastLine') return text.trimEnd().split('\n').at(-1)?.trim()
  if (part === 'boxed') return lastBoxed(text)
  if (part === 'fenced') return [...text.matchAll(fence)].at(-1)?.[1]?.trim()
  const start = text.lastIndexOf(part.after)
  return start === -1 ? undefined : text.slice(start + part.after.length).trim()
}

/** A text without the one fence around all of it. */
export function unfenced(text: string): string {
  return /^```[^\n`]*\n([\s\S]*?)\n?```$/.exec(text.trim())?.[1]?.trim() ?? text.trim()
}

/** Fenced blocks; the last may lack its end. */
const fence = /```[^\n`]*\n([\s\S]*?)(?:\n?```|$)/g

function lastBoxed(text: string): string | undefined {
  const head = '\\boxed{'
  const start = text.lastIndexOf(head)
  if (start === -1) return undefined
  let depth = 1
  for (let index = start + head.length; index < text.length; index++) {
    if (text[index] === '{') depth++
    if (text[index] === '}') depth--
    if (depth === 0) return text.slice(start + head.length, index).trim()
  }
  return undefined
}
