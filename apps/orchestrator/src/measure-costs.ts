import {
  type CostCurve,
  type CostPoint,
  costCurve,
  type DraftCost,
  leastPoints,
  measureDraftCost,
} from '@foretoken/adaptive-k'
import { SpeculationError } from '@foretoken/contract'
import type { CostMeasurement, EngineModel, EngineTarget, ModelDrafter } from '@foretoken/runner-llamacpp'
import type { LoadingParts } from './load-model.js'

/** Whose costs are measured. */
export interface CostParts extends LoadingParts {
  /** The model whose text is wanted. */
  readonly target: EngineModel
  /** The draft model, where there is one that is weighed. */
  readonly drafter?: ModelDrafter
  /**
   * Widths that are measured besides those of one text's drafts, ascending, as where texts share batches.
   * @defaultValue none
   */
  readonly widths?: readonly number[]
}

/** What was measured, as another process can be told it. */
export interface MeasuredCosts extends CostMeasurement {
  readonly draftSeconds?: Readonly<Record<string, DraftCost>>
}

/** Measures what a step of the target takes by its width, and a draft of the draft model. */
export async function measureCosts(parts: CostParts): Promise<CostCurve> {
  return curveOf(await measuredCosts(parts))
}

/** The curve of what was measured. */
export function curveOf({ points, ...others }: MeasuredCosts): CostCurve {
  return costCurve(points, others)
}

/** The same as figures. */
export async function measuredCosts(parts: CostParts): Promise<MeasuredCosts> {
  const { target, drafter, progress, signal, widths: others = [] } = parts
  progress.show('Measuring what drafts cost')
  try {
    await using opened = await target.openTarget({ sequences: 1 })
    const measurement = await measuredInRounds(opened, { widths: [...ownWidths, ...others], signal })
    if (drafter === undefined) return measurement
    const text = target.tokenize('one two three four five six seven eight')
    const cost = await measureDraftCost(drafter, opened, { text, signal })
    return { ...measurement, draftSeconds: { [drafter.name]: cost } }
  } catch (cause) {
    if (!SpeculationError.is(cause, 'ERR_OPTION_INVALID')) throw cause
    const message = `${target.facts.engine} cannot measure what a draft costs, which --drafter auto has to know; name the drafter, as --drafter model`
    throw new SpeculationError('ERR_OPTION_INVALID', message, { cause })
  } finally {
    progress.clear()
  }
}

/** The widths of short, middling and long drafts; the policy fills in the others as it goes. */
const ownWidths: readonly number[] = [1, 2, 4, 6, 9, 17]
/** The first round also warms the machine up, and in any of them it may have been busy. */
const rounds = 3
const roundMs = 400

/** What no round had time for yet comes first in the next one. */
async function measuredInRounds(
  opened: EngineTarget,
  { widths, signal }: { readonly widths: readonly number[]; readonly signal: AbortSignal },
): Promise<CostMeasurement> {
  const points: CostPoint[] = []
  let replay: readonly CostPoint[] | undefined
  for (let round = 0; round < rounds; round++) {
    const missing = widths.filter((width) => !points.some((point) => point.width === width))
    const measured = await opened.measureCost({
      widths: missing.length > 0 ? missing : widths,
      budgetMs: roundMs,
      signal,
    })
    points.push(...measured.points)
    replay ??= measured.replay
  }
  return { points: leastPoints(points), ...(replay && { replay }) }
}
