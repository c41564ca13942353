import { type CostCurve, fixedLength } from '@foretoken/adaptive-k'
import type { EngineModel } from '@foretoken/runner-llamacpp'
import { openDraftModel } from '../draft-model.js'
import type { LoadingParts, ModelPorts } from '../load-model.js'
import type { DraftReport } from './doctor-result.js'
import { bestLength } from './expected-speedup.js'
import { breakEvens, draftLengths } from './measure-model.js'
import { replayDrafts, type WrittenText } from './replay-drafts.js'

/** What a draft model is measured with. */
export interface MeasureDraftParts extends LoadingParts {
  readonly target: EngineModel
  readonly ports: ModelPorts
  /** What the target wrote. */
  readonly texts: readonly WrittenText[]
  /** What the target's steps take. */
  readonly costCurve: CostCurve
}

const budgetMs = 8_000
/** On fewer tokens of the target nothing can be seen. */
const leastTokens = 16

/** Lets a draft model draft along texts that the target wrote, and weighs what it takes against what it brings. */
export async function measureDraft(
  { draft, threads }: { readonly draft: string; readonly threads?: number },
  { target, ports, texts, costCurve, progress, signal }: MeasureDraftParts,
): Promise<Pick<DraftReport, 'loadSeconds' | 'secondsPerToken' | 'breakEven' | 'measured'>> {
  const startedMs = performance.now()
  const opening = { target, ports, progress, signal }
  await using model = await openDraftModel({ draft, ...(threads !== undefined && { threads }) }, opening)
  const loadSeconds = (performance.now() - startedMs) / 1000
  progress.show('Trying the draft model')
  const drafter = await model.drafter()
  const policy = fixedLength(Math.max(...draftLengths))
  const replayed = await replayDrafts(drafter, texts, { policy, costs: costCurve, signal, budgetMs })
  const { secondsPerToken, steps, draftedTokens, acceptedTokens } = replayed
  if (steps.length + acceptedTokens < leastTokens) return { loadSeconds }
  const costs = {
    seconds: (width: number) => costCurve.seconds(width),
    replaySeconds: (tokens: number) => costCurve.replaySeconds(tokens),
    draftSeconds: (_: string, tokens: number) => secondsPerToken * tokens,
  }
  const { draftTokens, speedup } = bestLength(costs, { drafter: drafter.name, steps }, draftLengths)
  return {
    loadSeconds,
    secondsPerToken,
    breakEven: breakEvens(costs, drafter.name),
    measured: { drafter: drafter.name, draftedTokens, acceptedTokens, draftTokens, expectedSpeedup: speedup },
  }
}
