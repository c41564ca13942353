import { type CostCurve, type CostPoint, costCurve, leastPoints } from '@foretoken/adaptive-k'
import { type Drafter, SpeculationError } from '@foretoken/contract'
import type { CostMeasurement, EngineModel, EngineTarget, ModelDrafter } from '@foretoken/runner-llamacpp'
import type { LoadingParts } from './load-model.js'

/** Whose costs are measured. */
export interface CostParts extends LoadingParts {
  /** The model whose text is wanted. */
  readonly target: EngineModel
  /** The draft model, where there is one that is weighed. */
  readonly drafter?: ModelDrafter
}

/** Measures what a step of the target takes by its width, and a drafted token of the draft model. */
export async function measureCosts({ target, drafter, progress, signal }: CostParts): Promise<CostCurve> {
  progress.show('Measuring what drafts cost')
  try {
    if (drafter !== undefined) await warmUp(drafter, target)
    await using opened = await target.openTarget({ sequences: 1 })
    const { points, replay } = await measuredInRounds(opened, signal)
    return costCurve(points, {
      ...(drafter && { draftSeconds: { [drafter.name]: drafter.draftSeconds } }),
      ...(replay && { replay }),
    })
  } catch (cause) {
    if (!SpeculationError.is(cause, 'ERR_OPTION_INVALID')) throw cause
    const message = `${target.facts.engine} cannot measure what a draft costs, which --drafter auto has to know; name the drafter, as --drafter model`
    throw new SpeculationError('ERR_OPTION_INVALID', message, { cause })
  } finally {
    progress.clear()
  }
}

/** The widths of short, middling and long drafts; the policy fills in the others as it goes. */
const widths: readonly number[] = [1, 2, 4, 6, 9, 17]
/** The first round also warms the machine up, and in any of them it may have been busy. */
const rounds = 3
const roundMs = 400

/** What no round had time for yet comes first in the next one. */
async function measuredInRounds(opened: EngineTarget, signal: AbortSignal): Promise<CostMeasurement> {
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

/** Lets the draft model draft a little, so that it knows what a token takes. */
async function warmUp(drafter: Drafter, target: EngineModel): Promise<void> {
  const text = target.tokenize('one two three four five six seven eight')
  await using session = drafter.open(text)
  for (const token of text.subarray(0, 3)) {
    await session.draft({ maxTokens: 4 })
    session.commit(Int32Array.of(token))
  }
}
