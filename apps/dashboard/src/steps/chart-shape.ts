import type { ServedStep } from 'foretoken/serve-types'

/** Room of a column, in pixels. */
export const columnWidth = 8

/** Parts of a column from the bottom up, in tokens. */
export interface ColumnParts {
  /** The model's own tokens. */
  readonly own: number
  readonly accepted: number
  readonly rejected: number
}

/** What a step is made of; together its width, or more where the engine commits more than it accepts plus one. */
export function columnParts({ tokens, draftedTokens, acceptedTokens }: ServedStep): ColumnParts {
  return {
    own: Math.max(0, tokens - acceptedTokens),
    accepted: acceptedTokens,
    rejected: Math.max(0, draftedTokens - acceptedTokens),
  }
}

/** Milliseconds that fill the room for times: a few slow steps may stick out, the others are to be told apart. */
export function fullTimeMs(steps: readonly ServedStep[]): number {
  const times = steps.map(({ draftMs, verifyMs }) => draftMs + verifyMs).sort((a, b) => a - b)
  const median = times[Math.floor(times.length / 2)] ?? 0
  return Math.max(1e-3, Math.min(times.at(-1) ?? 0, 3 * median))
}

/** The most tokens that a column has, but never so few that a single one would fill the chart. */
export function tallestWidth(steps: readonly ServedStep[]): number {
  return steps.reduce((most, step) => {
    const { own, accepted, rejected } = columnParts(step)
    return Math.max(most, own + accepted + rejected)
  }, 4)
}
