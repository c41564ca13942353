import { JsonNesting } from './json-nesting.js'

/** The members of a JSON object or list, each as it is written; `text` must be valid. Of equal names the last one counts. */
export function jsonMembers(text: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>()
  const isObject = text.trimStart().startsWith('{')
  let at = text.search(/[[{]/) + 1
  for (let index = 0; ; index++) {
    at = behindSpace(text, at)
    if (text[at] === '}' || text[at] === ']' || at >= text.length) return members
    let name = String(index)
    if (isObject) {
      const end = valueEnd(text, at)
      name = JSON.parse(text.slice(at, end)) as string
      at = behindSpace(text, behindSpace(text, end) + 1)
    }
    const end = valueEnd(text, at)
    members.set(name, text.slice(at, end))
    at = behindSpace(text, end)
    if (text[at] === ',') at++
  }
}

function behindSpace(text: string, at: number): number {
  let end = at
  while (' \n\r\t'.includes(text[end] ?? 'x')) end++
  return end
}

function valueEnd(text: string, at: number): number {
  if (!'"{['.includes(text[at] ?? 'x')) {
    const length = text.slice(at).search(/[\s,\]}]/)
    return length < 0 ? text.length : at + length
  }
  const nesting = new JsonNesting()
  let end = at
  while (end < text.length && !nesting.take(text[end] as string)) end++
  return end + 1
}
