import { type Drafter, NO_TOKENS, type Target, type Tokens } from '@foretoken/contract'
import type { DraftCost } from './cost-curve.js'

/** How {@link measureDraftCost} measures. */
export interface MeasureDraftCostOptions {
  /** A text to go on with, as the model's tokens; a few words are enough. */
  readonly text: Tokens
  /**
   * Most milliseconds, the reading of the text and a step of each kind aside (above 0).
   * @defaultValue 1,000
   */
  readonly budgetMs?: number
  readonly signal?: AbortSignal
}

/**
 * What a drafter takes between two steps of the target, for `draftSeconds` of a cost curve: each step leaves the processor's caches
 * full of the target's weights, and a small draft model is several times slower there than in a loop of its own.
 */
export async function measureDraftCost(
  drafter: Drafter,
  target: Target,
  { text, budgetMs = 1000, signal }: MeasureDraftCostOptions,
): Promise<DraftCost> {
  const cancelling = signal && { signal }
  await using session = await target.open(text, { reuse: 'none', ...cancelling })
  await using drafting = drafter.open(text)
  // The first one reads the text.
  await drafting.draft({ maxTokens: 1 })
  const short: number[] = []
  const long: number[] = []
  const endMs = performance.now() + budgetMs
  for (let step = 0; step < 2 || (step < STEPS && performance.now() < endMs); step++) {
    const { next, end } = await session.verify(NO_TOKENS, cancelling)
    if (end !== '') break
    drafting.commit(Int32Array.of(next))
    const isShort = step % 2 === 0
    const maxTokens = isShort ? SHORT : LONG
    const startedMs = performance.now()
    const { tokens } = await drafting.draft({ maxTokens })
    const seconds = (performance.now() - startedMs) / 1000
    // It may have ended where the text seems to.
    if (tokens.length === maxTokens) (isShort ? short : long).push(seconds)
  }
  return costOf(short, long)
}

/** A line through the medians; where one of them is missing, all is said of the tokens. */
function costOf(short: readonly number[], long: readonly number[]): DraftCost {
  if (short.length === 0 || long.length === 0) {
    return { perDraft: 0, perToken: short.length > 0 ? median(short) / SHORT : median(long) / LONG }
  }
  const perToken = Math.max(0, (median(long) - median(short)) / (LONG - SHORT))
  return { perDraft: Math.max(0, median(short) - SHORT * perToken), perToken }
}

/** 0 of nothing. */
function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0
}

const STEPS = 14
const SHORT = 1
const LONG = 8
