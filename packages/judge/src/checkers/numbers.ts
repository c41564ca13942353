/** A number in a text, with what stands around it. */
export interface FoundNumber {
  readonly value: number
  /** What may be its unit: a currency sign before it, or what follows up to the end of its phrase. */
  readonly units: readonly string[]
}

const digits = String.raw`(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)`
const pattern = new RegExp(
  String.raw`(?<![\w.,^])(?<sign>(?<![\w)\]][ ]?)[-+−]\s?)?(?<currency>[$€£]\s?)?(?<sign2>[-+−])?(?<number>${digits}(?:\.\d+)?|\.\d+)(?:(?<!/[\d.,]*)/(?<divisor>\d+)(?![\d/]|\.\d))?(?:e(?<exponent>[-+]?\d{1,3})(?!\w))?`,
  'gi',
)

/** Every number of a text, in order: thousands commas, signs, fractions, exponents, currencies, LaTeX. */
export function numbersOf(text: string): FoundNumber[] {
  const plain = withoutLatex(text)
  return [...plain.matchAll(pattern)].map((match) => {
    const { sign, sign2, currency, number = '', divisor, exponent } = match.groups ?? {}
    const magnitude = Number(`${number.replaceAll(',', '')}${exponent === undefined ? '' : `e${exponent}`}`)
    const signed = /[-−]/.test(sign ?? sign2 ?? '') ? -magnitude : magnitude
    const after = plain.slice(match.index + match[0].length)
    return {
      value: divisor === undefined ? signed : signed / Number(divisor),
      units: [...(currency === undefined ? [] : [currency.trim()]), ...unitsAfter(after)],
    }
  })
}

/** What may be the unit behind a number, longest first: up to three words, or a sign. */
function unitsAfter(text: string): string[] {
  const [phrase = ''] =
    /^[  -]?(?:[%‰°$€£¢]\s?[A-Za-z]*|[\p{L}µμ][\p{L}\dµμ²³/^{}]*(?: (?:per )?[\p{L}µμ²³]+){0,2})/u.exec(text) ?? []
  const words = phrase.replace(/^[  -]/, '').split(' ')
  return words.map((_, index) => words.slice(0, words.length - index).join(' ')).filter((unit) => unit !== '')
}

function withoutLatex(text: string): string {
  return text
    .replace(/\\[dt]?frac\{(-?[\d.]+)\}\{([\d.]+)\}/g, '$1/$2')
    .replace(/\\(?:text|mathrm|textbf|mathbf)\{([^{}]*)\}/g, ' $1')
    .replace(/\\[,;!:]|\{,\}/g, (mark) => (mark === '{,}' ? ',' : ''))
    .replace(/\\([%$])/g, '$1')
    .replace(/\^\\circ|\^\{\\circ\}/g, '°')
    .replace(
      /\s?(?:\\times|×|·|\\cdot|\*)\s?10\s?(?:\^\s?\{?([-−+]?\d{1,3})\}?|\*\*\s?([-+]?\d{1,3}))/g,
      (_, one, two) => `e${String(one ?? two).replace('−', '-')}`,
    )
}
