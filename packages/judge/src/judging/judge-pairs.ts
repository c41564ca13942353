import { basename } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import type { Choice } from '../agreement/judge-measurement.js'
import { type AnswerRow, rowKey } from '../store/answer-row.js'
import type { StoredRun } from '../store/results-store.js'
import type { Suite, SuitePrompt } from '../suite.js'
import { assertComparable } from '../suites/suite-identity.js'
import type { ComparedAnswers } from './judge-requests.js'
import { isJudgeFailure, type Jury, maxFailuresInRow } from './jury.js'

/** Two answers to one prompt, and which is better. */
export interface JudgedPair {
  readonly promptId: string
  readonly repetition: number
  readonly winner: Choice
  /** Empty where the answers are the same, word for word: then nobody is asked. */
  readonly verdicts: readonly { readonly judge: string; readonly verdict: ComparedAnswers }[]
  /** Scores of a checker. Absent: it did not score both. */
  readonly scores?: readonly [first: number, second: number]
}

/** What happens where answers are compared. */
export type PairEvent =
  | { readonly kind: 'compared'; readonly pair: JudgedPair }
  | {
      readonly kind: 'failed'
      readonly promptId: string
      readonly repetition: number
      readonly error: SpeculationError
    }

/** Options of {@link judgePairs}. */
export interface JudgePairsOptions {
  readonly first: StoredRun
  readonly second: StoredRun
  /** What both were asked. */
  readonly suite: Suite
  readonly jury: Jury
  /** Ends the judging with `ERR_ABORTED`. */
  readonly signal?: AbortSignal
}

/** Has the jury compare the answers of two runs, each pair in both orders. `ERR_OPTION_INVALID`: their suites differ. */
export async function* judgePairs(options: JudgePairsOptions): AsyncGenerator<PairEvent, void, void> {
  const { jury, signal } = options
  let failed = 0
  for (const { prompt, rows, candidates } of pairsOf(options)) {
    const [one, other] = rows
    const { promptId, repetition } = one
    const scores = checkedScores(rows)
    const known = { promptId, repetition, ...(scores && { scores }) }
    if (isSameAnswer(one, other)) {
      yield { kind: 'compared', pair: { ...known, winner: 'tie', verdicts: [] } }
      continue
    }
    try {
      const [first, second] = candidates
      const { outcome, verdicts } = await jury.compare(prompt, first, second, { ...(signal && { signal }) })
      failed = 0
      yield { kind: 'compared', pair: { ...known, winner: outcome, verdicts } }
    } catch (error) {
      const isSpent = SpeculationError.is(error, 'ERR_BUDGET_EXCEEDED')
      if (!(isSpent || isJudgeFailure(error))) throw error
      yield { kind: 'failed', promptId, repetition, error }
      if (isSpent || ++failed === maxFailuresInRow) return
    }
  }
}

/** How many pairs there are to be compared. */
export function pairCount(options: Omit<JudgePairsOptions, 'jury'>): number {
  return pairsOf(options).length
}

interface Pair {
  readonly prompt: SuitePrompt
  readonly rows: readonly [AnswerRow, AnswerRow]
  readonly candidates: readonly [Candidate, Candidate]
}

type Candidate = { readonly model: string; readonly answer: NonNullable<AnswerRow['answer']> }

function pairsOf({ first, second, suite }: Omit<JudgePairsOptions, 'jury'>): readonly Pair[] {
  assertComparable(first.record.suite, second.record.suite)
  const prompts = new Map(suite.prompts.map((prompt) => [prompt.id, prompt]))
  const others = new Map(second.rows.map((row) => [rowKey(row), row]))
  return first.rows.flatMap((one): readonly Pair[] => {
    const other = others.get(rowKey(one))
    const prompt = prompts.get(one.promptId)
    if (!(prompt && one.answer && other?.answer) || isInvalid(one) || isInvalid(other)) return []
    const candidates = [
      { model: basename(first.record.model.path), answer: one.answer },
      { model: basename(second.record.model.path), answer: other.answer },
    ] as const
    return [{ prompt, rows: [one, other], candidates }]
  })
}

/** What says nothing about the model, such as an answer to an image that it was not shown. */
function isInvalid({ reason }: AnswerRow): boolean {
  return reason.startsWith('invalid: ')
}

function isSameAnswer(one: AnswerRow, other: AnswerRow): boolean {
  return JSON.stringify(one.answer) === JSON.stringify(other.answer)
}

function checkedScores([one, other]: readonly [AnswerRow, AnswerRow]): JudgedPair['scores'] | undefined {
  if (one.score === undefined || other.score === undefined || one.judges || other.judges) return undefined
  return [one.score, other.score]
}
