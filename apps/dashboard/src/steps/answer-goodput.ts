import type { Answer } from '../chat/answer.js'
import type { StepCounts } from './step-counts.js'

/** Tokens a second of drafting and checking; where the engine does not speak of steps, as this page saw them come. */
export function goodputOf({ completionTokens, firstMs, latestMs }: Answer, counts: StepCounts): number | undefined {
  const { tokens, draftMs, verifyMs } = counts
  if (draftMs + verifyMs > 0) return (tokens / (draftMs + verifyMs)) * 1_000
  if (completionTokens === undefined || firstMs === undefined || latestMs === undefined) return undefined
  return latestMs > firstMs ? (completionTokens / (latestMs - firstMs)) * 1_000 : undefined
}
