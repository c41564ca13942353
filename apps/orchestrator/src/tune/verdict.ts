import type { TunedValue, TuneRow, TuneSweep } from './tune-result.js'

type Varied = TuneSweep['varied']

/** What a sweep says, in a sentence. What the measurements cannot tell apart is called as good. */
export function verdictOf({ varied, rows }: Pick<TuneSweep, 'varied' | 'rows'>): string {
  const best = rows.find(({ outcome }) => outcome === 'best')
  if (best === undefined) return 'Interrupted: too early for a verdict.'
  if (isOff(best.value, varied)) return `${offVerdict(rows, varied)}.`
  const off = rows.find(({ value }) => isOff(value, varied))
  const clauses = [`${labelOf(best.value, varied)}: ${shown(best)} against drafting off${condition(best, off)}`]
  const peers = rows.filter((row) => row.outcome === 'as-good' && row !== off)
  if (peers.length > 0) clauses.push(`${labels(peers, varied)} ${verb(peers)} as good within the noise`)
  const losers = rows.filter((row) => row !== best && row !== off && !peers.includes(row) && isSlower(row))
  if (losers.length > 0) clauses.push(losing(losers, varied))
  return `${clauses.join('; ')}.`
}

/** How a value is spoken of. */
export function labelOf(value: TunedValue, varied: Varied): string {
  if (isOff(value, varied)) return 'drafting off'
  if (varied === 'k') return `K = ${value}`
  if (varied === 'drafter') return String(value)
  return `${varied === 'temperature' ? 'temperature' : 'draft temperature'} ${value}`
}

/** Whether the value stands for plain decoding. */
export function isOff(value: TunedValue, varied: Varied): boolean {
  return (varied === 'k' && value === 0) || (varied === 'drafter' && value === 'none')
}

function offVerdict(rows: readonly TuneRow[], varied: Varied): string {
  const [nearest] = rows
    .filter(({ value, measurements }) => !isOff(value, varied) && measurements > 0)
    .toSorted((a, b) => b.speedup - a.speedup)
  if (nearest === undefined) return 'Only drafting off was measured'
  const label = labelOf(nearest.value, varied)
  if (rows.some(({ outcome }) => outcome === 'as-good'))
    return `Nothing is faster than drafting off: ${label} is as good within the noise, at ${shown(nearest)}`
  return `Leave drafting off here: the nearest, ${label}, reaches ${shown(nearest)} of its speed`
}

/** What has to be said of the best value's lead over drafting off. */
function condition(best: TuneRow, off: TuneRow | undefined): string {
  const atTheSame = off === undefined ? ' at the same temperature' : ''
  if (isSlower(best)) return `${atTheSame}, so drafting loses whatever is chosen`
  const isTie = off === undefined ? best.speedupRange[0] <= 1 : off.outcome === 'as-good'
  return isTie ? `${atTheSame}, a tie within the noise: more --repetitions may tell` : atTheSame
}

function losing(rows: readonly TuneRow[], varied: Varied): string {
  const speedups = rows.map(({ speedup }) => `${speedup.toFixed(2)} ×`)
  return `${labels(rows, varied)} ${rows.length === 1 ? 'loses' : 'lose'} (${enumerated(speedups)})`
}

/** Slower than drafting off each time it was measured. */
function isSlower({ speedupRange }: TuneRow): boolean {
  return speedupRange[1] < 1
}

/** "1.31 × (1.24–1.38)". */
function shown({ speedup, speedupRange }: TuneRow): string {
  const [least, most] = speedupRange.map((one) => one.toFixed(2))
  return `${speedup.toFixed(2)} × (${least}–${most})`
}

function labels(rows: readonly TuneRow[], varied: Varied): string {
  return enumerated(rows.map(({ value }) => labelOf(value, varied)))
}

function verb(rows: readonly TuneRow[]): string {
  return rows.length === 1 ? 'is' : 'are'
}

/** "a", "a and b", "a, b and c". */
function enumerated(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}
