import { counted, speed } from '../closing-line.js'
import type { Colours } from '../colours.js'
import type { TuneResult, TuneRow, TuneSweep } from './tune-result.js'
import { isOff, labelOf } from './verdict.js'

/** The result as a person reads it: what was measured, a table for each thing that was varied, and its verdict. */
export function tuneText(result: TuneResult, colours: Colours): string {
  const parts = result.sweeps.map((sweep) => `${table(sweep)}\n\n${colours.bold(sweep.verdict)}`)
  return `${[introduction(result), ...parts].join('\n\n')}\n`
}

function introduction({ drafter, prompts, maxTokens, model, engine, engineVersion, ...rest }: TuneResult): string {
  const who = drafter === '' ? '' : `drafter ${drafter}, `
  const where = `${engine} ${engineVersion}, ${rest.backend}, ${counted(rest.threads, 'thread')}`
  return `${model}: ${who}${counted(prompts, 'prompt')}, at most ${counted(maxTokens, 'token')} each · ${where}`
}

const head = ['', 'speed-up', 'least–most', 'tokens/s', 'tokens/step', 'accepted', 'runs', '']

function table({ varied, rows }: TuneSweep): string {
  const cells = rows.map((row) => [labelOf(row.value, varied), ...figures(row, isOff(row.value, varied))])
  const widths = head.map((title, column) => Math.max(...[head, ...cells].map((row) => (row[column] ?? title).length)))
  return [head, ...cells]
    .map((row) =>
      row
        .map((cell, column) => padded(cell, widths[column] ?? 0, column))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function figures(row: TuneRow, off: boolean): readonly string[] {
  const { speedup, speedupRange, tokensPerSecond, tokensPerStep, acceptanceRate, measurements, outcome } = row
  const range = speedupRange.map((one) => one.toFixed(2)).join('–')
  return [
    speedup.toFixed(2),
    off ? '' : range,
    speed(tokensPerSecond),
    tokensPerStep.toFixed(2),
    off ? '' : `${Math.round(100 * acceptanceRate)} %`,
    String(measurements),
    notes[outcome],
  ]
}

const notes: Readonly<Record<TuneRow['outcome'], string>> = {
  '': '',
  best: 'best',
  'as-good': 'as good, within the noise',
  worse: '',
}

/** Names and notes stand on the left of their column, figures on the right. */
function padded(cell: string, width: number, column: number): string {
  return column === 0 || column === head.length - 1 ? cell.padEnd(width) : cell.padStart(width)
}
