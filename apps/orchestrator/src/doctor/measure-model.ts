import { type CostCurve, costCurve, goodputPolicy } from '@foretoken/adaptive-k'
import { type Drafter, SpeculationError } from '@foretoken/contract'
import { lookupDrafter } from '@foretoken/drafter-lookup'
import { suffixDrafter } from '@foretoken/drafter-suffix'
import type { MachineFacts } from '@foretoken/registry'
import type { CostMeasurement, EngineModel, EngineTarget } from '@foretoken/runner-llamacpp'
import { generate } from '../generation.js'
import type { LoadingParts } from '../load-model.js'
import { promptTokens } from '../prompt-source.js'
import { builtInPrompts } from '../tune/built-in-prompts.js'
import { type DecodingBandwidth, decodingBandwidth } from './decoding-bandwidth.js'
import type { BreakEven, DrafterReport, FileReport } from './doctor-result.js'
import { breakEvenAcceptance, type Costs, replayedSpeedup } from './expected-speedup.js'
import { bytesOfToken } from './file-report.js'
import { replayDrafts, type WrittenText } from './replay-drafts.js'

/** What was measured of a model. */
export interface MeasuredModel extends Pick<CostMeasurement, 'replay'> {
  readonly costs: CostMeasurement['points']
  readonly costCurve: CostCurve
  readonly decoding: DecodingBandwidth
  readonly breakEven: readonly BreakEven[]
  readonly drafters: readonly DrafterReport[]
  /** What it wrote to the built-in prompts. */
  readonly texts: readonly WrittenText[]
}

/** What a measurement needs. */
export interface MeasureModelParts extends LoadingParts {
  readonly file: FileReport
  readonly machine: MachineFacts
  /** Is filled as it goes, so that a cancelled measurement is of use. */
  readonly found: { -readonly [Name in keyof MeasuredModel]?: MeasuredModel[Name] }
}

/** Lengths of drafts that are looked at. */
export const draftLengths: readonly number[] = [1, 2, 4, 8]
const depth = 128
const widths: readonly number[] = [1, 2, 3, 4, 5, 6, 8, 9, 12, 16, 17]
const costBudgetMs = 3_000
const replayBudgetMs = 2_000
const writeBudgetMs = 6_000
/** Fewer tokens say nothing of drafters: they are waited for, as long as the limit below allows. */
const leastTokens = 24
const writeLimitMs = 15_000
const answerTokens = 48
/** Renaming in code, an extraction, and a story. */
const prompts: readonly string[] = [0, 1, 4].flatMap((index) => builtInPrompts[index] ?? [])

/** Measures what steps take, lets the model write, and plays what drafters would have drafted. */
export async function measureModel(model: EngineModel, parts: MeasureModelParts): Promise<void> {
  const { progress, signal, found, file, machine } = parts
  await using target = await model.openTarget()
  progress.show('Measuring what steps take')
  const measured = await target.measureCost({ widths, depth, budgetMs: costBudgetMs, signal })
  found.costs = measured.points
  if (measured.replay !== undefined) found.replay = measured.replay
  const costs = costCurve(measured.points, measured.replay && { replay: measured.replay })
  found.costCurve = costs
  const { copyBytesPerSecond, cacheBytes } = machine
  found.decoding = decodingBandwidth({
    bytesPerToken: bytesOfToken(file, depth),
    secondsPerToken: costs.seconds(1),
    copyBytesPerSecond,
    cacheBytes,
  })
  found.breakEven = breakEvens(costs, 'lookup')
  progress.show('Writing to built-in prompts')
  found.texts = await write(model, target, signal)
  progress.show('Trying lookup and suffix')
  const drafters: DrafterReport[] = []
  for (const drafter of [lookupDrafter(), suffixDrafter()]) {
    using used: Drafter = drafter
    const policy = goodputPolicy(costs.copy())
    const replayed = await replayDrafts(used, found.texts, { policy, costs, signal, budgetMs: replayBudgetMs })
    const { draftedTokens, acceptedTokens, steps } = replayed
    const expectedSpeedup = replayedSpeedup(costs, { drafter: used.name, steps }, Number.POSITIVE_INFINITY)
    drafters.push({ drafter: used.name, draftedTokens, acceptedTokens, expectedSpeedup })
  }
  found.drafters = drafters
}

/** Break-even acceptance by length. */
export function breakEvens(costs: Costs, drafter: string): readonly BreakEven[] {
  return draftLengths.map((draftTokens) => {
    const acceptanceRate = breakEvenAcceptance(costs, { drafter, draftTokens })
    return { draftTokens, ...(acceptanceRate !== undefined && { acceptanceRate }) }
  })
}

/** Greedy answers, as many as there is time for; a prompt that does not fit the context is left out. */
async function write(model: EngineModel, target: EngineTarget, signal: AbortSignal): Promise<readonly WrittenText[]> {
  const raw = !model.facts.hasChatTemplate
  const enough = new AbortController()
  const ends = AbortSignal.any([signal, enough.signal, AbortSignal.timeout(writeLimitMs)])
  const endMs = performance.now() + writeBudgetMs
  const texts: WrittenText[] = []
  let written = 0
  for (const text of prompts) {
    if (ends.aborted) break
    const prompt = promptTokens(model, text, { raw })
    if (prompt.length + answerTokens >= model.facts.contextTokens) continue
    const answer: number[] = []
    await generate({
      model,
      target,
      prompt,
      maxTokens: answerTokens,
      signal: ends,
      onStep: ({ step }) => {
        for (const token of step.tokens) answer.push(token)
        written += step.tokens.length
        if (written >= leastTokens && performance.now() > endMs) enough.abort()
      },
    })
    texts.push({ prompt, answer: Int32Array.from(answer) })
  }
  if (signal.aborted) throw new SpeculationError('ERR_ABORTED', 'the measurement was cancelled')
  return texts
}
