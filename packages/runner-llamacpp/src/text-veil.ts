import { SpeculationError } from '@foretoken/contract'

/** Hides names in texts that pass through a template. */
export interface TextVeil {
  cover(content: string): string
  uncover(text: string): string
}

/**
 * Covers names in texts with letters that `all` has nowhere, so that they pass through a template unrecognised, also where a
 * text only begins a name that what follows it completes. A text without such names passes as it is. Longest names first.
 */
export function textVeil(all: readonly string[], names: readonly string[]): TextVeil {
  const mark = unusedLetter(all)
  const covered: string[] = []
  const coverName = (name: string) => {
    covered.push(name)
    return `${mark}${covered.length - 1}${mark}`
  }
  return {
    cover(content) {
      let text = content
      for (const name of names) text = text.replaceAll(name, coverName)
      const beginning = longestBeginning(text, names)
      return beginning === '' ? text : text.slice(0, -beginning.length) + coverName(beginning)
    },
    uncover: (text) =>
      text.replaceAll(new RegExp(`${mark}(\\d+)${mark}`, 'g'), (_, index) => covered[Number(index)] ?? ''),
  }
}

/** The same value with every text in it mapped, names of fields too. */
export function mapTexts(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value)
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, map))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [map(name), mapTexts(item, map)]))
}

/** The longest end of `text` with which one of `names` begins. */
function longestBeginning(text: string, names: readonly string[]): string {
  const longest = Math.max(0, ...names.map((name) => name.length - 1))
  for (let length = Math.min(longest, text.length); length > 0; length--) {
    const end = text.slice(-length)
    if (names.some((name) => name.length > length && name.startsWith(end))) return end
  }
  return ''
}

/** A letter of the private use area that none of `texts` holds. */
function unusedLetter(texts: readonly string[]): string {
  for (let code = 0xe000; code < 0xf900; code++) {
    const letter = String.fromCharCode(code)
    if (!texts.some((text) => text.includes(letter))) return letter
  }
  throw new SpeculationError(
    'ERR_OPTION_INVALID',
    'messages must have fewer kinds of private use characters, got all of them',
  )
}
