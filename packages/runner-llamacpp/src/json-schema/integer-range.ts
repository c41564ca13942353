import { literal } from './grammar-rules.js'

/** A GBNF expression of all integers from `least` to `most`, without leading zeros; `least` is not above `most`. */
export function integerRange(least: number, most: number): string {
  const negative = least < 0 ? [`"-" (${naturalRange(Math.max(1, -most), -least)})`] : []
  const natural = most >= 0 ? [naturalRange(Math.max(0, least), most)] : []
  return [...negative, ...natural].join(' | ')
}

/** One alternative for each number of digits. */
function naturalRange(least: number, most: number): string {
  const alternatives: string[] = []
  for (let digits = String(least).length; digits <= String(most).length; digits++) {
    const low = Math.max(least, digits === 1 ? 0 : 10 ** (digits - 1))
    alternatives.push(digitRange(String(low), String(Math.min(most, 10 ** digits - 1))))
  }
  return alternatives.join(' | ')
}

/** From one text of digits to another of the same length. */
function digitRange(low: string, high: string): string {
  if (low === high) return literal(low)
  const tail = low.length - 1
  const [first, last] = [Number(low[0]), Number(high[0])]
  if (tail === 0) return `[${first}-${last}]`
  if (first === last) return `${literal(String(first))} (${digitRange(low.slice(1), high.slice(1))})`
  const [zeros, nines] = ['0'.repeat(tail), '9'.repeat(tail)]
  const from = low.endsWith(zeros) ? first : first + 1
  const to = high.endsWith(nines) ? last : last - 1
  const alternatives: string[] = []
  if (from > first) alternatives.push(`${literal(String(first))} (${digitRange(low.slice(1), nines)})`)
  if (from <= to) alternatives.push(`[${from}-${to}] [0-9]{${tail}}`)
  if (to < last) alternatives.push(`${literal(String(last))} (${digitRange(zeros, high.slice(1))})`)
  return alternatives.join(' | ')
}
