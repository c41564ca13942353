import { assertInteger, type RollbackClass, SpeculationError, type Tokens } from '@foretoken/contract'
import type { NativeSequence } from '@foretoken/native'
import type { CostMeasurement, MeasureCostOptions, WidthCost } from '../target-types.js'
import { throwIfAborted } from '../throw-if-aborted.js'

/** What is measured, once the options are checked. */
export interface MeasurementPlan {
  readonly prompt: Tokens
  readonly widths: readonly number[]
  readonly vocabularySize: number
  readonly budgetMs: number
  readonly signal: AbortSignal | undefined
}

/** Around powers of two and of eight, where kernels change. */
const defaultWidths: readonly number[] = [1, 2, 3, 4, 5, 6, 8, 9, 12, 16, 17, 24, 32, 33]
const rejectedDrafts = 5

/** Checks the options against the context, and makes up a text to measure behind. */
export function planMeasurement(
  { widths = defaultWidths, depth = 128, budgetMs = 2000, signal }: MeasureCostOptions,
  { contextTokens, batchTokens, vocabularySize }: ContextLimits,
): MeasurementPlan {
  for (const [index, width] of widths.entries()) {
    assertInteger(`widths[${index}]`, width, { min: (widths[index - 1] ?? 0) + 1, max: 1024 })
  }
  assertInteger('depth', depth, { min: 1, max: 2 ** 31 - 1 })
  assertInteger('budgetMs', budgetMs, { min: 1, max: 2 ** 31 - 1 })
  // One place each for the pending token and the one behind the batch.
  const possible = widths.filter((width) => width <= Math.min(batchTokens, contextTokens - 2))
  const room = contextTokens - (possible.at(-1) ?? 1) - 1 - 2 * rejectedDrafts
  const prompt = Int32Array.from(
    { length: Math.max(1, Math.min(depth, room)) },
    (_, index) => anyToken(index) % vocabularySize,
  )
  return { prompt, widths: possible, vocabularySize, budgetMs, signal }
}

interface ContextLimits {
  readonly contextTokens: number
  readonly batchTokens: number
  readonly vocabularySize: number
}

/** Measures on a sequence that nobody else uses. Points without a time are left out; the others stay as jagged as they are. */
export async function measureCost(
  sequence: NativeSequence,
  { widths, vocabularySize, budgetMs, signal, rollback }: MeasurementPlan & { readonly rollback: RollbackClass },
): Promise<CostMeasurement> {
  const seconds = await sequence.measureCost(Int32Array.from(widths), budgetMs)
  throwIfAborted(signal)
  const points = widths
    .map((width, index) => ({ width, seconds: seconds[index] ?? Number.NaN }))
    .filter((point) => point.seconds > 0)
  if (points.length === 0) {
    throw new SpeculationError(
      'ERR_BUDGET_EXCEEDED',
      `no width could be measured within ${budgetMs} ms; raise budgetMs`,
    )
  }
  if (rollback !== 'checkpoint' && rollback !== 'bounded') return { points }
  return { points, replay: await measureReplay(sequence, { points, vocabularySize, signal }) }
}

/**
 * A draft that is refused at once costs a way back, and one token that is evaluated again, in front of the next batch.
 * What it takes beyond the two batches is what replaying one token takes; more of them widen that next batch.
 */
async function measureReplay(
  sequence: NativeSequence,
  {
    points,
    vocabularySize,
    signal,
  }: { readonly points: readonly WidthCost[] } & Pick<MeasurementPlan, 'vocabularySize' | 'signal'>,
): Promise<WidthCost[]> {
  const [one] = points as readonly [WidthCost]
  const batch = points.find(({ width }) => width > 1)
  if (batch === undefined || one.width !== 1) return []
  const replaying: number[] = []
  for (let round = 0; round < rejectedDrafts; round++) {
    throwIfAborted(signal)
    const draft = Int32Array.from({ length: batch.width - 1 }, (_, index) => anyToken(round + index) % vocabularySize)
    const rejected = await sequence.verify(draft)
    if (rejected.end !== '') break
    const next = await sequence.verify(new Int32Array(0))
    const verifySeconds = (rejected.verifyMs + next.verifyMs) / 1000
    // A token that ends texts cuts the draft.
    const isWhole = rejected.width === batch.width && rejected.accepted === 0
    if (isWhole) replaying.push(verifySeconds - batch.seconds - one.seconds)
    if (next.end !== '') break
  }
  const middle = replaying.toSorted((left, right) => left - right)[replaying.length >> 1]
  if (middle === undefined) return []
  // On a busy machine a difference of two times may be below nothing.
  const least = 0.01 * one.seconds
  return points.map(({ width, seconds }) => ({ width, seconds: Math.max(least, middle + seconds - one.seconds) }))
}

/** Some token: what a batch takes does not depend on which. */
function anyToken(index: number): number {
  return Math.imul(index + 1, 0x9e37_79b1) >>> 8
}
