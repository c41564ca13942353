import type { AnswerRow } from './answer-row.js'

/** How fast answers were written, all together. */
export interface RunSpeed {
  /** Without reading the prompts. Absent: the engine does not measure it. */
  readonly tokensPerSecond?: number
  /** Written tokens by evaluation of the model. Absent: the engine does not measure it. */
  readonly tokensPerStep?: number
  /** Accepted of drafted tokens (0 to 1). Absent: nothing was drafted. */
  readonly acceptanceRate?: number
}

/** The speed of the rows that were measured. */
export function summarizeSpeed(rows: readonly AnswerRow[]): RunSpeed {
  const [all, drafted] = [
    { tokens: 0, ms: 0, steps: 0 },
    { tokens: 0, accepted: 0 },
  ]
  for (const { generation, usage } of rows) {
    if (generation === undefined) continue
    all.tokens += usage?.completionTokens ?? 0
    all.ms += generation.generateMs
    all.steps += generation.steps
    drafted.tokens += generation.draftedTokens
    drafted.accepted += generation.acceptedTokens
  }
  return {
    ...(all.ms > 0 && { tokensPerSecond: (1000 * all.tokens) / all.ms }),
    ...(all.steps > 0 && { tokensPerStep: all.tokens / all.steps }),
    ...(drafted.tokens > 0 && { acceptanceRate: drafted.accepted / drafted.tokens }),
  }
}
