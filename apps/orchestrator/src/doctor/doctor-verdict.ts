import type { DoctorResult, DraftReport, ModelReport } from './doctor-result.js'
import { isBusy } from './machine-findings.js'

/** Below this a gain is not worth a second model. */
const leastDraftGain = 1.02

/** The result in one sentence: what to switch on, and what off. */
export function verdictOf(
  { machine, model, draft, findings, complete }: Omit<DoctorResult, 'verdict' | 'refusals'>,
  isTooLarge = false,
): string {
  if (!complete) return 'Interrupted: too early for a verdict.'
  if (model === undefined) {
    const count = findings.length
    const state =
      count === 0
        ? 'nothing here slows models down'
        : `${count} ${count === 1 ? 'thing slows' : 'things slow'} models down`
    return `Without a model: ${state}. Name one to have it measured.`
  }
  if (isTooLarge) return 'The model does not fit into the memory: nothing was measured.'
  const parts = [
    model.costs === undefined ? unmeasured : freeDrafters(model),
    ...(draft === undefined ? [] : [draftModel(draft)]),
  ]
  const slow = model.decoding?.assessment === 'slow' ? '; decoding is slower than the memory allows' : ''
  const busy = isBusy(machine) ? ' (the machine was busy: measure again)' : ''
  return `${parts.join('; ')}${slow}${busy}.`
}

const unmeasured = 'lookup and suffix: this engine does not say what drafts cost; foretoken tune drafter tries them'

/** Drafters that cost nothing are worth their while wherever a right draft is cheaper than as many steps. */
function freeDrafters({ breakEven = [], drafters = [] }: ModelReport): string {
  if (!breakEven.some(({ acceptanceRate }) => acceptanceRate !== undefined))
    return 'lookup and suffix off: even right drafts do not pay here'
  const measured = drafters
    .filter(({ draftedTokens }) => draftedTokens > 0)
    .map(({ drafter, expectedSpeedup }) => `${drafter} ${expectedSpeedup.toFixed(2)}×`)
  const brought = measured.length === 0 ? '' : ` (on the built-in prompts ${measured.join(', ')})`
  return `lookup and suffix on${brought}`
}

function draftModel({ compatible, reasons, measured }: DraftReport): string {
  if (!compatible) return `draft model: not compatible (${reasons[0]?.message ?? 'unknown'}), off`
  if (measured === undefined) return 'draft model: could not be tried, off'
  const { expectedSpeedup, draftTokens } = measured
  const expected = `draft model: expected ${expectedSpeedup.toFixed(2)}×`
  const length =
    draftTokens === undefined ? '' : ` with ${draftTokens} ${draftTokens === 1 ? 'token' : 'tokens'} a draft`
  return expectedSpeedup >= leastDraftGain ? `${expected}${length}, on` : `${expected}, off`
}
