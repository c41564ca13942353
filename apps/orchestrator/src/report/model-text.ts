import { type Html, html } from './html.js'

/** Most characters of a text that a report shows. */
const maxCharacters = 20_000

/** A text that a model wrote or was given, to the letter; `whole` says where the rest of a long one is. */
export function modelText(text: string, whole: string): Html {
  const shown = text.length > maxCharacters ? text.slice(0, maxCharacters).replace(/[\uD800-\uDBFF]$/, '') : text
  const rest = text.length - shown.length
  const unseen = unseenCharacters(shown)
  // A parser drops the first line feed of a <pre>: this one.
  return html`<pre dir="auto">
${shown}</pre>${
    unseen === '' ? undefined : html`<p class="note">Characters that cannot be seen: ${unseen}</p>`
  }${rest === 0 ? undefined : html`<p class="note">${rest} more characters are in <bdi>${whole}</bdi>.</p>`}`
}

/** What could make a text look like another: controls, direction marks, characters of no width; by code point and number. */
export function unseenCharacters(text: string): string {
  const counts = new Map<string, number>()
  for (const [character] of text.matchAll(/(?![\n\t])[\p{Cc}\p{Cf}\u2028\u2029]/gu)) {
    counts.set(character, (counts.get(character) ?? 0) + 1)
  }
  return [...counts]
    .map(([character, count]) => {
      const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
      return count === 1 ? `U+${code}` : `U+${code} (${count} times)`
    })
    .join(', ')
}
