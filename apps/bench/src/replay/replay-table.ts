import Table from 'cli-table3'
import type { ReplayReport } from './replay.js'
import { pooledTurns, type TurnCounts } from './turns.js'

/** The report as tables: one line a drafter over all files, then the speed-up on each file, for each cost. */
export function replayText(report: ReplayReport): string {
  const costs = Object.keys(report.pooled[0]?.speedup ?? {})
  return [pooledTable(report, costs), ...costs.map((cost) => fileTable(report, cost)), turnTable(report), legend]
    .join('\n\n')
    .concat('\n')
}

function pooledTable({ pooled }: ReplayReport, costs: readonly string[]): string {
  const table = emptyTable([
    'drafter',
    'policy',
    'steps',
    'tokens/step',
    'drafted',
    'accepted',
    ...costs.map(speedupName),
    'ingest\nns/prompt token',
    'update\nns/token',
    'draft p50\nns',
    'draft p99\nns',
    'all\nns/token',
    'bytes\n/token',
  ])
  for (const row of pooled)
    table.push([
      row.drafter,
      row.policy,
      String(row.steps),
      row.tokensPerStep.toFixed(3),
      String(row.draftedTokens),
      rate(row.acceptedTokens, row.draftedTokens),
      ...costs.map((cost) => ratio(row.speedup[cost])),
      row.ingestNsPerPromptToken.toFixed(0),
      row.updateNsPerToken.toFixed(0),
      row.draftNsPerCall.p50.toFixed(0),
      row.draftNsPerCall.p99.toFixed(0),
      row.totalNsPerOutputToken.toFixed(0),
      row.bytesPerToken.toFixed(0),
    ])
  return table.toString()
}

function fileTable({ files, pooled }: ReplayReport, cost: string): string {
  const table = emptyTable([speedupName(cost), ...pooled.map(({ drafter, policy }) => `${drafter}\n${policy}`)])
  for (const file of new Set(files.map((result) => result.file)))
    table.push([file, ...files.filter((result) => result.file === file).map(({ speedup }) => ratio(speedup[cost]))])
  table.push(['geometric mean', ...pooled.map(({ speedup }) => ratio(speedup[cost]))])
  return table.toString()
}

/** Drafted tokens that were accepted, and tokens a step. */
function turnTable({ pooled }: ReplayReport): string {
  const turns = pooledTurns(pooled.map(({ byTurn }) => byTurn)).map(({ turn }) => turn)
  const table = emptyTable(['accepted, tokens/step\nby turn', 'policy', ...turns])
  for (const { drafter, policy, byTurn } of pooled)
    table.push([drafter, policy, ...turns.map((turn) => turnCell(byTurn.find((one) => one.turn === turn)))])
  return table.toString()
}

function turnCell(counts: TurnCounts | undefined): string {
  if (counts === undefined) return '–'
  const { steps, outputTokens, draftedTokens, acceptedTokens } = counts
  return `${rate(acceptedTokens, draftedTokens)}, ${(outputTokens / steps).toFixed(2)}`
}

const legend = [
  'S(b) is the output tokens over (steps + b × drafted tokens): the speed-up where a drafted token costs b of a plain step.',
  'Over all files: S is the geometric mean, times and bytes are medians. Times are those of the drafter alone, the clock aside.',
].join('\n')

function emptyTable(head: string[]): Table.Table {
  return new Table({
    head,
    colAligns: head.map((_, index) => (index === 0 ? 'left' : 'right')),
    // No lines between rows: the tables are long.
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    style: { head: [], border: [] },
  })
}

function speedupName(cost: string): string {
  return `S(${cost})`
}

function ratio(value = 0): string {
  return value.toFixed(3)
}

function rate(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`
}
