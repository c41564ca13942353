import { setImmediate } from 'node:timers/promises'
import { SpeculationError } from '@foretoken/contract'
import { geometricMean } from '../pool.js'
import type { StepCost } from '../step-cost.js'
import type { Trace } from '../trace-file.js'
import type { Rule } from './grow-draft.js'
import { type Contestant, playShape, type ShapeCounts } from './play-shape.js'

/** What came of one shape of drafts at one cost. */
export interface ShapeResult extends ShapeCounts {
  /** Absent where it is over all files: counts are sums then, S is the geometric mean. */
  readonly file?: string
  readonly shape: Contestant
  /** The name of the cost. */
  readonly beta: string
  readonly tokensPerStep: number
  readonly speedup: number
}

/** What {@link compareShapes} found. */
export interface ShapeReport {
  readonly files: readonly ShapeResult[]
  readonly pooled: readonly ShapeResult[]
}

const contestants: readonly Contestant[] = ['path', 'equal-tree', 'tree']

/** Replays the traces with path and tree drafts of one drafter, each drafted token of a tree costing as much as one of a path. */
export async function compareShapes(
  traces: readonly Trace[],
  costs: readonly StepCost[],
  onProgress: (topic: string, detail?: string) => void,
  signal: AbortSignal,
): Promise<ShapeReport> {
  const files: ShapeResult[] = []
  const pooled: ShapeResult[] = []
  for (const cost of costs)
    for (const shape of contestants) {
      const results: ShapeResult[] = []
      for (const { file, requests } of traces) {
        onProgress(`replaying ${shape} drafts (${cost.name})`, file)
        // Playing is synchronous, and an interrupt would not be heard.
        await setImmediate()
        if (signal.aborted)
          throw new SpeculationError('ERR_ABORTED', 'the replay was cancelled', { cause: signal.reason })
        results.push({ file, ...rated(shape, cost, playShape(requests, shape, paying(cost))) })
      }
      files.push(...results)
      pooled.push(together(shape, cost, results))
    }
  return { files, pooled }
}

/** A token is taken where it brings more per cost than the draft without it. */
function paying({ seconds }: StepCost): Rule {
  return (reached, tokens, expected) => {
    const before = (1 + expected) / seconds(tokens + 1)
    return (1 + expected + reached) / seconds(tokens + 2) > before
  }
}

function rated(shape: Contestant, { name, seconds }: StepCost, counts: ShapeCounts): ShapeResult {
  const { steps, outputTokens, draftedTokens } = counts
  // The cost is a line here: the mean step costs what a step of the mean width does.
  const speedup = (outputTokens * seconds(1)) / (steps * seconds(1) + draftedTokens * (seconds(2) - seconds(1)))
  return { shape, beta: name, ...counts, tokensPerStep: outputTokens / steps, speedup }
}

function together(shape: Contestant, cost: StepCost, results: readonly ShapeResult[]): ShapeResult {
  const sum = (of: (result: ShapeResult) => number): number => results.reduce((so, result) => so + of(result), 0)
  const counts = {
    steps: sum(({ steps }) => steps),
    outputTokens: sum(({ outputTokens }) => outputTokens),
    draftedTokens: sum(({ draftedTokens }) => draftedTokens),
  }
  return { ...rated(shape, cost, counts), speedup: geometricMean(results.map(({ speedup }) => speedup)) }
}
