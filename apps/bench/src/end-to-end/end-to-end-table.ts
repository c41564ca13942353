import { machineText } from '../bench-machine.js'
import { benchTable, shareText, spreadText } from '../bench-table.js'
import type { EndToEndReport, ModelResult } from './end-to-end.js'
import type { ContestantRow } from './measure.js'

/** The report as a table for each model, and what has to be known to read it. */
export function endToEndText(report: EndToEndReport): string {
  return `${[...report.models.map((model) => modelText(model, report)), ...absences(report), ...notes(report)].join('\n\n')}\n`
}

function modelText({ model, parameters, fileBytes, rows, prompts }: ModelResult, { format }: EndToEndReport): string {
  const size = `${(parameters / 1e6).toFixed(0)} million parameters, ${(fileBytes / 1e6).toFixed(0)} MB as ${format}`
  const head = [
    ...['engine', 'drafter', 'tokens/s', 'speed-up', 'geometric', 'worst'],
    ...['tokens/step', 'drafted', 'accepted', 'ms a text', 'same'],
  ]
  return `${model}: ${size}; prompts ${prompts.join(', ')}\n${benchTable(head, rows.map(cells), 2)}`
}

function cells(row: ContestantRow): string[] {
  return [
    row.engine,
    row.drafter,
    spreadText(row.tokensPerSecond, 1),
    ...(row.drafter === 'plain' ? ['1', '', ''] : speedupCells(row)),
    row.tokensPerStep.toFixed(2),
    String(row.draftedTokens),
    shareText(row.acceptedTokens, row.draftedTokens),
    row.totalMs.median.toFixed(0),
    `${row.sameTexts}/${row.questions}`,
  ]
}

/** Over all tokens, then of the questions one by one: their geometric mean, and the one that gained least. */
function speedupCells({ speedup, speedups }: ContestantRow): string[] {
  const each = Object.values(speedups)
  const mean = Math.exp(each.reduce((sum, one) => sum + Math.log(one), 0) / each.length)
  return [spreadText(speedup, 2), mean.toFixed(2), Math.min(...each).toFixed(2)]
}

/** One sentence for each reason. */
function absences({ absent }: EndToEndReport): string[] {
  const reasons = new Map<string, string[]>()
  for (const { engine, drafter, reason } of absent) {
    const key = `${engine}, not measured: ${reason}.`
    reasons.set(key, [...(reasons.get(key) ?? []), drafter])
  }
  return [...reasons].map(([sentence, drafters]) => `${sentence} (${drafters.join(', ')})`)
}

function notes({ machine, repetitions, models }: EndToEndReport): string[] {
  const tiny = models.some(({ model }) => model === 'base')
  return [
    [
      `Medians of ${repetitions} rounds in which all take turns, and the smallest and largest. Speed-up is against the same`,
      'engine’s own plain decoding: over all tokens, and of the prompts’ medians the geometric mean and the least.',
      'Tokens/step follows from the accepted tokens. A text is the same when each token is that of our plain decoding on',
      'node-llama-cpp.',
    ].join('\n'),
    [
      'The oracle knows the answer and drafts 16 tokens, the hopeless drafter is always wrong and drafts 8: they are the',
      'best and the worst that drafting can be. Both draft models are the tiny one, whatever the size of the target.',
    ].join('\n'),
    ...(tiny ? ['The base model fits into the processor’s cache: its speeds say nothing about a real model.'] : []),
    machineText(machine),
  ]
}
