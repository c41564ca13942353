import { machineText } from '../bench-machine.js'
import { benchTable, spreadText } from '../bench-table.js'
import type { EngineModelResult, EngineReport } from './engine-bench.js'
import type { EngineResult, EngineRow } from './engine-rows.js'
import type { OverheadResult, OverheadRow } from './overhead.js'

/** The report as tables, and what has to be known to read them. */
export function engineText(report: EngineReport): string {
  const parts = [
    ...report.models.flatMap((model) => [speedTable(model, report), costTable(model)]),
    overheadTable(report.overhead),
    ...report.absent.map(({ engine, reason }) => `${engine}, not measured: ${reason}`),
    ...notes(report),
  ]
  return `${parts.join('\n\n')}\n`
}

function speedTable(result: EngineModelResult, { format, prompt }: EngineReport): string {
  const { model, parameters, fileBytes, promptTokens, answerTokens, llamaBench, engines } = result
  const size = `${(parameters / 1e6).toFixed(0)} million parameters, ${(fileBytes / 1e6).toFixed(0)} MB as ${format}`
  const title = `${model}: ${size}; ${answerTokens} tokens behind the ${promptTokens} of ${prompt}`
  const head = [
    'engine',
    'drafter',
    'tokens/s',
    'speed-up',
    'of the cost curve',
    'of llama-bench',
    'µs/step outside',
    'least',
  ]
  const first = llamaBench && ['llama-bench', 'plain', spreadText(llamaBench, 1), '', '', '', '', '']
  const rows = engines.flatMap((engine) => engine.rows.map(speedCells))
  return `${title}\n${benchTable(head, first ? [first, ...rows] : rows, 2)}`
}

function speedCells(row: EngineRow): string[] {
  const { engine, drafter, tokensPerSecond, speedup, ofCostCurve, againstLlamaBench, outsideUs } = row
  return [
    engine,
    drafter,
    spreadText(tokensPerSecond, 1),
    speedupText(row, speedup.median < 1),
    percentText(ofCostCurve),
    againstLlamaBench ? percentText(againstLlamaBench) : '',
    outsideUs?.median.toFixed(0) ?? '–',
    outsideUs?.least?.toFixed(0) ?? '–',
  ]
}

/** What the hopeless drafter loses is said in words. */
function speedupText({ drafter, speedup }: EngineRow, slower: boolean): string {
  if (drafter === 'plain') return '1'
  const loss = slower ? `, ${(100 * (1 - speedup.median)).toFixed(0)} % lost` : ''
  return spreadText(speedup, 2) + loss
}

function percentText({ median, min, max }: EngineRow['ofCostCurve']): string {
  const [low, high] = [min, max].map((share) => (100 * share).toFixed(0))
  return `${(100 * median).toFixed(1)} % (${low}–${high})`
}

function costTable({ engines }: EngineModelResult): string {
  const widths = engines[0]?.costs.map(({ width }) => width) ?? []
  const head = ['ms to verify a width of', ...widths.map(String)]
  return benchTable(
    head,
    engines.map(({ engine, costs }: EngineResult) => [engine, ...costs.map(({ ms }) => ms.toFixed(2))]),
  )
}

function overheadTable({ vocabulary, rows }: OverheadResult): string {
  const head = [
    'engine',
    'drafter',
    'rows/step',
    'µs/step outside',
    'least',
    'limit',
    '= fixed',
    '+ 1.3 × scan',
    'cached scan',
    'bare hop',
    'cold',
    '',
  ]
  const title = `Outside llama_decode, at a vocabulary of ${vocabulary.toLocaleString('en')} tokens:`
  return `${title}\n${benchTable(head, rows.map(overheadCells), 2)}`
}

function overheadCells(row: OverheadRow): string[] {
  const { engine, drafter, rowsPerStep, outsideUs, estimated, fixedUs, scanUs, cachedScanUs, limitUs, hop } = row
  const holds = outsideUs.median <= limitUs
  return [
    engine,
    drafter,
    rowsPerStep.toFixed(1),
    `${estimated ? 'about ' : ''}${outsideUs.median.toFixed(0)}`,
    outsideUs.least?.toFixed(0) ?? '–',
    limitUs.toFixed(0),
    fixedUs.toFixed(0),
    `1.3 × ${scanUs.toFixed(0)}`,
    cachedScanUs.toFixed(0),
    hop?.idleUs.toFixed(0) ?? '–',
    hop?.coldUs.toFixed(0) ?? '–',
    estimated ? '' : holds ? 'holds' : 'exceeded',
  ]
}

function notes({ machine, models, repetitions, overhead }: EngineReport): string[] {
  const tiny = models.some(({ model }) => model === 'base')
  const noBench = models.some(({ llamaBench }) => llamaBench === undefined)
  const estimated = overhead.rows.some((row) => row.estimated)
  return [
    [
      `Medians of ${repetitions} rounds in which all take turns, and the smallest and largest. The oracle knows the answer and`,
      'drafts 8 or 16 tokens; the hopeless drafter is always wrong and drafts 8. “Of the cost curve” is what a step costs by',
      'verifications of its width in the same round, as a share of what it took, in the middle of a text’s steps.',
      '“Outside” is everything in a step but llama_decode: drafting, the loop, the choice of tokens, the roll-back, and on',
      'a busy machine the wait for a core; so it is said of the middle one of all steps and of the least. A scan reads the',
      'rows as fast as the machine can: from memory, and where a cache holds them. A bare hop goes to the engine’s thread',
      'and back with nothing to do there, behind a wait as long as a decode; cold: where the caches hold other data, too.',
    ].join('\n'),
    ...(estimated
      ? ['“About”: node-llama-cpp does not say what it spends in llama_decode; that of the native engine was taken.']
      : []),
    ...(noBench ? ['llama-bench, not measured: it is not built; npm run test:engines builds it'] : []),
    ...(tiny ? ['The base model fits into the processor’s cache: its speeds say nothing about a real model.'] : []),
    machineText(machine),
  ]
}
