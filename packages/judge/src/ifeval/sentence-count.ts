/** Words whose period seldom ends a sentence. */
const abbreviations = new Set(
  'mr mrs ms dr prof st sr jr rev gen sen rep gov capt lt col sgt hon vs v inc ltd corp co cos bros etc eg ie cf al fig figs no vol pp ed eds dept est univ approx jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun ave blvd rd mt ft u.s u.k u.n e.g i.e a.m p.m ph.d d.c b.c a.d u.s.a'.split(
    ' ',
  ),
)
const end = /[.?!]+(?=["'”’)\]}*_]*(?:\s|$))/g

/**
 * How many sentences a text has: what ends in `.`, `?` or `!` before white space. A period after an abbreviation, an
 * initial or a list's number ends none, unless a capital letter follows an abbreviation of several letters with periods.
 */
export function sentenceCount(text: string): number {
  const trimmed = text.trim()
  let count = 0
  let after = 0
  for (const match of trimmed.matchAll(end)) {
    const stop = match.index + match[0].length
    if (match[0] === '.' && stop < trimmed.length && isInside(trimmed.slice(after, match.index), trimmed.slice(stop)))
      continue
    count++
    after = stop
  }
  return count + (/[^\s"'”’)\]}*_]/.test(trimmed.slice(after)) ? 1 : 0)
}

function isInside(before: string, rest: string): boolean {
  const word = /[^\s"'“‘([{*_]+$/.exec(before)?.[0].toLowerCase() ?? ''
  if (/^\p{L}$/u.test(word)) return true
  const startsLower = /^["'”’)\]}*_]*\s+["'“‘([]*\p{Ll}/u.test(rest)
  if (/^\d+$/.test(word)) return startsLower
  return abbreviations.has(word) && (startsLower || !word.includes('.'))
}
