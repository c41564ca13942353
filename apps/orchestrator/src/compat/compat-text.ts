import { basename } from 'node:path'
import type { FoundDrafts, ModelFacts, PairVerdict } from '@foretoken/registry'
import { alignRows } from '../inspect/align-rows.js'
import { parametersText } from '../inspect/facts-text.js'

/** The verdict on a pair: the answer, the reasons with their cures, and what the draft must bring. */
export function pairText(target: ModelFacts, draft: ModelFacts, verdict: PairVerdict): string {
  const { compatible, reasons, notes } = verdict
  const can = compatible ? 'can draft' : 'cannot draft'
  return [
    `${basename(draft.location)} ${can} for ${basename(target.location)}.`,
    ...alignRows([modelRow('target', target), modelRow('draft', draft)]),
    ...reasons.flatMap(({ message, cure }) => [`- ${message};`, `  ${cure}`]),
    ...(compatible ? costLines(verdict) : []),
    ...notes.map((note) => `- ${note}`),
  ].join('\n')
}

function modelRow(role: string, { architecture, parameters, quantization, vocabulary }: ModelFacts): readonly string[] {
  const tokens = vocabulary === undefined ? 'no vocabulary' : `${vocabulary.type}, ${vocabulary.size} tokens`
  return [role, architecture, parametersText(parameters), quantization.name, tokens]
}

function costLines({ costRate, breakEven }: PairVerdict): readonly string[] {
  if (breakEven.length === 0) return []
  const pays = breakEven.map(({ acceptanceRate }) => (acceptanceRate === undefined ? 'never' : percent(acceptanceRate)))
  return [
    `A drafted token costs ${percent(costRate)} of one of the target.`,
    ...alignRows([
      ['tokens drafted', ...breakEven.map(({ draftTokens }) => String(draftTokens))],
      ['pays from', ...pays],
    ]),
  ]
}

/** The models of a folder, the most promising first. */
export function draftsText(target: ModelFacts, { drafts, leftOut, cure, unreadable }: FoundDrafts): string {
  const rows = drafts.map(({ facts, verdict }) => {
    const [reason] = verdict.reasons
    const four = verdict.breakEven.find(({ draftTokens }) => draftTokens === 4)?.acceptanceRate
    const pays = four === undefined ? 'never pays with 4 tokens' : `pays from ${percent(four)} of 4 tokens`
    return [
      verdict.compatible ? 'fits' : 'no',
      basename(facts.location),
      parametersText(facts.parameters),
      facts.quantization.name,
      reason === undefined ? [pays, ...verdict.notes].join('; ') : `${reason.message}; ${reason.cure}`,
    ]
  })
  const fitting = drafts.filter(({ verdict }) => verdict.compatible).length
  return [
    `${fitting} of ${drafts.length} smaller models can draft for ${basename(target.location)}.`,
    ...alignRows(rows),
    ...[...(cure === undefined ? [] : leftOut), ...unreadable].map(
      ({ path, reason }) => `- ${path} was left out: ${reason}`,
    ),
    ...(cure === undefined ? [] : [`- ${cure}`]),
  ].join('\n')
}

function percent(rate: number): string {
  return `${Math.round(100 * rate)} %`
}
