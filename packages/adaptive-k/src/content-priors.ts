import type { Content } from './detect-content.js'

/** What to start with before anything is known of a text. */
export interface ContentPrior {
  /** Draft length, in tokens. */
  readonly tokens: number
  /** Acceptance rate to expect of a draft model of the same family (0 to 1). */
  readonly acceptanceRate: number
}

/**
 * Draft lengths to start with: the middles of the ranges that were best with Qwen2.5-Coder-32B and a 0.5 B draft model
 * (code 20 to 24 tokens at 80 to 90 %, JSON 8 to 12 at 60 to 80 %, mixed text 8 to 12 at 50 to 70 %, prose 4 to 8 at 30 to 50 %). What
 * was not measured there has the values of its nearest kin: SQL and tool calls of JSON, mathematics of mixed text.
 */
export const contentPriors: Readonly<Record<Content, ContentPrior>> = {
  code: { tokens: 22, acceptanceRate: 0.85 },
  json: { tokens: 10, acceptanceRate: 0.7 },
  sql: { tokens: 10, acceptanceRate: 0.7 },
  'tool-call': { tokens: 10, acceptanceRate: 0.7 },
  mathematics: { tokens: 10, acceptanceRate: 0.6 },
  prose: { tokens: 6, acceptanceRate: 0.4 },
}
