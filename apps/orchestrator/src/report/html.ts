/** Markup that may stand in a page as it is. */
export interface Html {
  readonly markup: string
}

/** What a template is given: texts and numbers are escaped, markup is not, `undefined` is nothing. */
export type HtmlValue = string | number | undefined | Html | readonly HtmlValue[]

/**
 * A template whose values cannot leave the place where they stand, be it text or a quoted attribute: all that reaches a page
 * passes through here.
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return { markup: parts.map((part, index) => `${part}${markupOf(values[index])}`).join('') }
}

/** Markup that another library made. */
export function trustedMarkup(markup: string): Html {
  return { markup }
}

function markupOf(value: HtmlValue): string {
  if (value === undefined) return ''
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return escaped(value)
  return 'markup' in value ? value.markup : value.map(markupOf).join('')
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  // A parser would read it as a line feed.
  '\r': '&#13;',
  // No page can hold it.
  '\0': '␀',
}

function escaped(text: string): string {
  return text.replace(/[&<>"'\r\0]/g, (character) => escapes[character] ?? '')
}
