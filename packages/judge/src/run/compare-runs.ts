import { type BootstrapEstimate, pairedBootstrap } from '../agreement/bootstrap.js'
import type { AnswerRow } from '../store/answer-row.js'
import type { StoredRun } from '../store/results-store.js'
import type { Tier } from '../suite.js'
import { assertComparable } from '../suites/suite-identity.js'

/** One prompt in two runs. */
export interface PromptComparison {
  readonly promptId: string
  readonly tier: Tier
  /** Mean scores over the repetitions (0 to 3). */
  readonly scores: readonly [one: number, other: number]
}

/** What the second run does better and worse than the first. */
export interface RunComparison {
  readonly better: readonly PromptComparison[]
  readonly worse: readonly PromptComparison[]
  readonly same: readonly PromptComparison[]
  /** Prompts without a score in one of the runs. */
  readonly unscored: readonly string[]
  /** Mean difference of the scores, with its 95 % interval over prompts. Absent: no prompt has two scores. */
  readonly difference?: BootstrapEstimate
}

/** Compares two runs prompt by prompt; `ERR_OPTION_INVALID` says why where their suites differ. */
export function compareRuns(one: StoredRun, other: StoredRun): RunComparison {
  assertComparable(one.record.suite, other.record.suite)
  const [first, second] = [meanScores(one.rows), meanScores(other.rows)]
  const tiers = new Map([...one.rows, ...other.rows].map(({ promptId, tier }) => [promptId, tier]))
  const unscored: string[] = []
  const pairs: PromptComparison[] = []
  for (const [promptId, tier] of tiers) {
    const [before, after] = [first.get(promptId), second.get(promptId)]
    if (before === undefined || after === undefined) unscored.push(promptId)
    else pairs.push({ promptId, tier, scores: [before, after] })
  }
  return {
    better: pairs.filter(({ scores: [before, after] }) => after > before),
    worse: pairs.filter(({ scores: [before, after] }) => after < before),
    same: pairs.filter(({ scores: [before, after] }) => after === before),
    unscored,
    ...(pairs.length > 0 && {
      difference: pairedBootstrap(
        pairs.map(({ scores }) => scores[0]),
        pairs.map(({ scores }) => scores[1]),
      ),
    }),
  }
}

function meanScores(rows: readonly AnswerRow[]): ReadonlyMap<string, number> {
  const scores = new Map<string, number[]>()
  for (const { promptId, score } of rows) {
    if (score !== undefined) scores.set(promptId, [...(scores.get(promptId) ?? []), score])
  }
  return new Map([...scores].map(([id, all]) => [id, all.reduce((sum, score) => sum + score, 0) / all.length]))
}
