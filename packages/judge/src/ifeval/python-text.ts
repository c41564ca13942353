// What Python's `str` and `re` mean by their words, where JavaScript's differ. For regular expressions with the flag u.

/** A character of `\s`. */
export const space: string = String.raw`[\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]`
/** A character of `\w`: marks, such as the vowel signs of Hindi, are none. */
export const wordCharacter: string = String.raw`[\p{L}\p{N}_]`
/** `\b`. */
export const wordBoundary: string = `(?:(?<=${wordCharacter})(?!${wordCharacter})|(?<!${wordCharacter})(?=${wordCharacter}))`

/** `str.strip()`, or `str.strip(characters)`. */
export function strip(text: string, characters: string = space): string {
  return stripEnd(stripStart(text, characters), characters)
}

/** `str.lstrip(characters)`; `characters` is a class of a regular expression. */
export function stripStart(text: string, characters: string): string {
  return text.replace(new RegExp(`^${characters}+`, 'u'), '')
}

/** `str.rstrip(characters)`, in linear time. */
export function stripEnd(text: string, characters: string): string {
  const one = new RegExp(`^${characters}$`, 'u')
  let end = text.length
  while (end > 0 && one.test(text[end - 1] ?? '')) end--
  return text.slice(0, end)
}

/** `str.isupper()`: something has case, and nothing is lower or title case. */
export function isUpper(text: string): boolean {
  return /\p{Uppercase}/u.test(text) && !/\p{Lowercase}|\p{Lt}/u.test(text)
}

/** `str.islower()`. */
export function isLower(text: string): boolean {
  return /\p{Lowercase}/u.test(text) && !/\p{Uppercase}|\p{Lt}/u.test(text)
}

/** `re.findall` of a pattern whose letters match in either case. */
export function countMatches(pattern: string, text: string): number {
  return text.match(ignoringCase(pattern))?.length ?? 0
}

/** A pattern of Python that was written by people who meant a word: unknown escapes stand for themselves. */
export function ignoringCase(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'giu')
  } catch {
    return new RegExp(pattern, 'gi')
  }
}
