import { z } from 'zod'
import { count, type IfevalKind, ifevalKind, noArguments, phrase } from './kind.js'
import { ignoringCase, space, strip, stripEnd, stripStart } from './python-text.js'

const lineStart = String.raw`(?:^|(?<=\n))`

/** `detectable_content:number_placeholders`: `[…]`, at least so many. */
export const numberPlaceholders: IfevalKind = ifevalKind(
  z.strictObject({ num_placeholders: count }),
  (args, text) => (text.match(/\[[^\n]*?\]/g)?.length ?? 0) >= args.num_placeholders,
)

/** `detectable_content:postscript`. */
export const postscript: IfevalKind = ifevalKind(z.strictObject({ postscript_marker: phrase }), (args, text) => {
  const marker = strip(args.postscript_marker)
  const known: Readonly<Record<string, string>> = {
    'P.P.S': String.raw`p\.${space}?p\.${space}?s`,
    'P.S.': String.raw`p\.${space}?s\.`,
  }
  return ignoringCase(known[marker] ?? marker.toLowerCase()).test(text.toLowerCase())
})

/** `detectable_format:number_bullet_lists`: lines that begin with `*` or `-`, exactly so many. */
export const numberBulletLists: IfevalKind = ifevalKind(z.strictObject({ num_bullets: count }), (args, text) => {
  const stars = text.match(new RegExp(String.raw`${lineStart}${space}*\*[^*][^\n]*`, 'gu')) ?? []
  const dashes = text.match(new RegExp(String.raw`${lineStart}${space}*-[^\n]*`, 'gu')) ?? []
  return stars.length + dashes.length === args.num_bullets
})

const constrainedAnswers = ['My answer is yes.', 'My answer is no.', 'My answer is maybe.']

/** `detectable_format:constrained_response`. */
export const constrainedResponse: IfevalKind = ifevalKind(noArguments, (_, text) =>
  constrainedAnswers.some((answer) => text.includes(answer)),
)

/** `detectable_format:number_highlighted_sections`: what is between single and between double asterisks. */
export const numberHighlightedSections: IfevalKind = ifevalKind(
  z.strictObject({ num_highlights: count }),
  (args, text) => {
    const single = (text.match(/\*[^\n*]*\*/g) ?? []).map((match) => match.replace(/^\*+|\*+$/g, ''))
    const double = (text.match(/\*\*[^\n*]*\*\*/g) ?? []).map((match) => match.slice(2).replace(/\*\*$/, ''))
    return [...single, ...double].filter((inside) => strip(inside) !== '').length >= args.num_highlights
  },
)

/** `detectable_format:multiple_sections`: a splitter and a number, at least so often. */
export const multipleSections: IfevalKind = ifevalKind(
  z.strictObject({ section_spliter: phrase, num_sections: count }),
  (args, text) => {
    const mark = new RegExp(String.raw`${space}?${strip(args.section_spliter)}${space}?\p{Nd}+${space}?`, 'gu')
    return (text.match(mark)?.length ?? 0) >= args.num_sections
  },
)

/** `detectable_format:json_format`: all of it is JSON, in one fence or none. */
export const jsonFormat: IfevalKind = ifevalKind(noArguments, (_, text) => {
  let inside = strip(text)
  for (const fence of ['```json', '```Json', '```JSON', '```']) {
    if (inside.startsWith(fence)) inside = inside.slice(fence.length)
  }
  return isPythonJson(strip(inside.endsWith('```') ? inside.slice(0, -3) : inside))
})

/** Python's `json` also reads `NaN` and `Infinity`; strings are matched so that nothing in them changes. */
function isPythonJson(text: string): boolean {
  const standard = text.replace(/("(?:[^"\\]|\\.)*")|-?Infinity|NaN/g, (_, string?: string) => string ?? '0')
  try {
    JSON.parse(standard)
    return true
  } catch {
    return false
  }
}

/** `detectable_format:title`: `<<…>>` with something in it. */
export const title: IfevalKind = ifevalKind(noArguments, (_, text) =>
  (text.match(/<<[^\n]+>>/g) ?? []).some((match) => strip(stripEnd(stripStart(match, '<'), '>')) !== ''),
)
