import type { Figure } from '../../src/registry-file/measurement.js'

/** What a cell says as a figure, and what it says besides. */
export interface ReadFigure {
  readonly figure?: Figure
  readonly approximate: boolean
  readonly outcome?: 'fails' | 'garbage'
  /** What is left of the cell. */
  readonly rest: string
}

/** The units that a cell may be in. */
export type Unit = 'number' | 'speed' | 'factor' | 'share' | 'bytes'

const patterns: Readonly<Record<Unit, RegExp>> = {
  number: /(\d+(?:\.\d+)?)/,
  speed: /(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?(?: ?t\/s)?/,
  factor: /([+-]?\d+(?:\.\d+)?)(x|%)/,
  share: /(\d+(?:\.\d+)?) ?%/,
  bytes: /(\d+(?:\.\d+)?) ?([MGT]B)/,
}

const sizes: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, TB: 1e12 }

/** The text of a cell without the marks that only make it stand out. */
export function plainText(cell: string): string {
  return cell
    .replace(/\*\*|~~|[❌✅✓✗⭐⚠⛔🆕🔬🔥]|\uFE0F/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
}

/** Reads `~15 t/s`, `+48%`, `8.43-10.12 t/s`, `FAILS` and the like. */
export function readFigure(cell: string, unit: Unit): ReadFigure {
  const text = plainText(cell)
  const approximate = text.startsWith('~')
  if (/^(fails?|garbage)$/i.test(text)) {
    const outcome = /^g/i.test(text) ? 'garbage' : 'fails'
    return { outcome, approximate: false, rest: '' }
  }
  const match = patterns[unit].exec(text)
  if (match === null || !/^~?$/.test(text.slice(0, match.index))) return { approximate: false, rest: isNothing(text) }
  const rest = text.slice(match.index + match[0].length).trim()
  return { figure: figureOf(match, unit), approximate, rest }
}

function figureOf([, first = '', second]: RegExpExecArray, unit: Unit): Figure {
  const value = Number(first)
  if (unit === 'bytes') return value * (sizes[second ?? ''] ?? 1)
  if (unit === 'share') return round(value / 100)
  if (unit === 'factor') return second === 'x' ? value : round(1 + value / 100)
  return second === undefined ? value : { least: value, most: Number(second) }
}

/** A cell that says nothing leaves nothing. */
function isNothing(text: string): string {
  return /^(-|—|N\/A|TBD|)$/.test(text) ? '' : text
}

/** Without the noise of binary fractions. */
function round(value: number): number {
  return Number(value.toFixed(6))
}
