import { type AnswerRow, type Interval, isPass, type Score, type Tier } from '@foretoken/judge'
import { wilsonInterval } from './wilson-interval.js'

/** Tiers, easiest first. */
export const tiers: readonly Tier[] = ['T1', 'T2', 'T3']

/** Scores, best first. */
export const scores: readonly Score[] = [3, 2, 1, 0]

/** What answers came to. */
export interface AnswerFigures {
  readonly answers: number
  /** Answers that passed or not. */
  readonly checked: number
  readonly passed: number
  /**
   * Share of answers that passed (0 to 1), with its 95 % interval over prompts: answers to one prompt are no independent
   * trials. Absent: none is checked.
   */
  readonly passRate?: Interval
  /** Answers by score. */
  readonly byScore: Readonly<Record<Score, number>>
  readonly unscored: number
  /** 0 to 3. Absent: none is scored. */
  readonly meanScore?: number
  readonly truncated: number
}

/** Figures of a run, of all its answers and by tier; tiers without an answer are left out. */
export interface RunFigures {
  readonly all: AnswerFigures
  readonly byTier: ReadonlyMap<Tier, AnswerFigures>
}

/** What the answers of a run came to. */
export function runFigures(rows: readonly AnswerRow[]): RunFigures {
  const present = tiers.filter((tier) => rows.some((row) => row.tier === tier))
  return {
    all: answerFigures(rows),
    byTier: new Map(present.map((tier) => [tier, answerFigures(rows.filter((row) => row.tier === tier))])),
  }
}

/** Whether an answer passed; `undefined`: neither a checker nor a judge looked at it. */
export function hasPassed(row: AnswerRow): boolean | undefined {
  return row.passed === undefined && row.score === undefined ? undefined : isPass(row)
}

function answerFigures(rows: readonly AnswerRow[]): AnswerFigures {
  const byPrompt = new Map<string, boolean[]>()
  for (const row of rows) {
    const passed = hasPassed(row)
    if (passed !== undefined) byPrompt.set(row.promptId, [...(byPrompt.get(row.promptId) ?? []), passed])
  }
  const shares = [...byPrompt.values()].map((all) => all.filter(Boolean).length / all.length)
  const scored = rows.flatMap(({ score }) => (score === undefined ? [] : [score]))
  const count = (score: Score): number => scored.filter((one) => one === score).length
  return {
    answers: rows.length,
    checked: [...byPrompt.values()].reduce((sum, all) => sum + all.length, 0),
    passed: rows.filter((row) => hasPassed(row) === true).length,
    ...(shares.length > 0 && { passRate: wilsonInterval(mean(shares), shares.length) }),
    byScore: { 0: count(0), 1: count(1), 2: count(2), 3: count(3) },
    unscored: rows.length - scored.length,
    ...(scored.length > 0 && { meanScore: mean(scored) }),
    truncated: rows.filter(({ truncated }) => truncated).length,
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
