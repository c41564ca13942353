import { type BootstrapEstimate, pairedBootstrap } from '../agreement/bootstrap.js'
import { type Mcnemar, mcnemar } from '../agreement/mcnemar.js'
import { mean } from '../agreement/moments.js'
import { type NonInferiority, nonInferiority } from '../agreement/non-inferiority.js'
import { type AnswerRow, isPass } from '../store/answer-row.js'
import type { StoredRun } from '../store/results-store.js'
import type { Tier } from '../suite.js'
import { assertComparable } from '../suites/suite-identity.js'
import { compareSpeeds, type SpeedComparison } from './compare-speeds.js'
import { type RecordDifference, recordDifferences } from './record-differences.js'

/** One prompt in two runs. */
export interface PromptComparison {
  readonly promptId: string
  readonly tier: Tier
  /** Mean scores over the repetitions (0 to 3). */
  readonly scores: readonly [one: number, other: number]
}

/** A prompt that one run answers better than the other. */
export interface PromptDifference extends PromptComparison {
  /** The first pair of answers whose scores differ, else the first pair. */
  readonly answers: readonly [one: string, other: string]
  /** What was said of these answers. */
  readonly reasons: readonly [one: string, other: string]
}

/** What the second run does better and worse than the first. */
export interface RunComparison {
  /** What the runs differ in besides their answers: the model, a configuration, a machine. */
  readonly differences: readonly RecordDifference[]
  readonly better: readonly PromptDifference[]
  readonly worse: readonly PromptDifference[]
  readonly same: readonly PromptComparison[]
  /** Prompts without a score in one of the runs, or with scores that different judges gave. */
  readonly unscored: readonly string[]
  /** Mean difference of the scores, with its 95 % interval over prompts. Absent: no prompt has two scores. */
  readonly difference?: BootstrapEstimate
  /** Whether one passes more prompts; a prompt is passed where more than half of its answers are. Absent as above. */
  readonly passes?: Mcnemar
  /** Whether the second is at most `margin` worse. Absent as above. */
  readonly nonInferiority?: NonInferiority & { readonly margin: number }
  /** Absent: no answer was measured in both. */
  readonly speed?: SpeedComparison
}

/** Options of {@link compareRuns}. */
export interface CompareRunsOptions {
  /**
   * The largest loss of the mean score that is still no loss (above 0, below 3).
   * @defaultValue 0.25
   */
  readonly margin?: number
}

/** Compares two runs prompt by prompt; `ERR_OPTION_INVALID` says why where their suites differ. */
export function compareRuns(one: StoredRun, other: StoredRun, options: CompareRunsOptions = {}): RunComparison {
  const { margin = 0.25 } = options
  assertComparable(one.record.suite, other.record.suite)
  const [first, second] = [rowsByPrompt(one), rowsByPrompt(other)]
  const unscored: string[] = []
  const pairs: ScoredPair[] = []
  for (const promptId of new Set([...first.keys(), ...second.keys()])) {
    const pair = scoredPair(promptId, first.get(promptId) ?? [], second.get(promptId) ?? [])
    if (pair === undefined) unscored.push(promptId)
    else pairs.push(pair)
  }
  const speed = compareSpeeds(one.rows, other.rows)
  return {
    differences: recordDifferences(one.record, other.record),
    better: pairs.filter(({ scores: [before, after] }) => after > before).map(difference),
    worse: pairs.filter(({ scores: [before, after] }) => after < before).map(difference),
    same: pairs.filter(({ scores: [before, after] }) => after === before).map(comparison),
    unscored,
    ...tests(pairs, margin),
    ...(speed && { speed }),
  }
}

interface ScoredPair extends PromptComparison {
  readonly rows: readonly [one: readonly AnswerRow[], other: readonly AnswerRow[]]
}

function rowsByPrompt({ rows }: StoredRun): ReadonlyMap<string, readonly AnswerRow[]> {
  const byPrompt = new Map<string, AnswerRow[]>()
  for (const row of rows) {
    const known = byPrompt.get(row.promptId)
    if (known === undefined) byPrompt.set(row.promptId, [row])
    else known.push(row)
  }
  return byPrompt
}

function scoredPair(promptId: string, one: readonly AnswerRow[], other: readonly AnswerRow[]): ScoredPair | undefined {
  const scored = (rows: readonly AnswerRow[]) => rows.filter(({ score }) => score !== undefined)
  const rows = [scored(one), scored(other)] as const
  const [tier] = rows[0].map((row) => row.tier)
  if (tier === undefined || rows[1].length === 0 || judgesOf(rows[0]) !== judgesOf(rows[1])) return undefined
  const [before, after] = rows.map((all) => mean(all.map(({ score = 0 }) => score))) as [number, number]
  return { promptId, tier, scores: [before, after], rows }
}

/** Who gave the scores; nobody where a checker did. */
function judgesOf(rows: readonly AnswerRow[]): string {
  return JSON.stringify([...new Set(rows.map(({ judges = [] }) => judges.join('\n')))].sort())
}

function comparison({ promptId, tier, scores }: ScoredPair): PromptComparison {
  return { promptId, tier, scores }
}

function difference(pair: ScoredPair): PromptDifference {
  const [one, other] = pair.rows
  const before = one.find((row, index) => other[index] !== undefined && other[index]?.score !== row.score) ?? one[0]
  const shown = [before, other[before === undefined ? 0 : one.indexOf(before)] ?? other[0]]
  const [answers, reasons] = [shown.map(answerText), shown.map((row) => row?.reason ?? '')]
  return {
    ...comparison(pair),
    answers: answers as [string, string],
    reasons: reasons as [string, string],
  }
}

function answerText(row: AnswerRow | undefined): string {
  const { text = '', toolCalls = [] } = row?.answer ?? {}
  return [text, ...toolCalls.map(({ name, arguments: values }) => `${name}(${values})`)]
    .filter((part) => part !== '')
    .join('\n')
}

function tests(
  pairs: readonly ScoredPair[],
  margin: number,
): Pick<RunComparison, 'difference' | 'passes' | 'nonInferiority'> {
  if (pairs.length === 0) return {}
  const before = pairs.map(({ scores }) => scores[0])
  const after = pairs.map(({ scores }) => scores[1])
  const [one, other] = [0, 1].map((side) => pairs.map(({ rows }) => passes(rows[side] ?? []))) as [boolean[], boolean[]]
  return {
    difference: pairedBootstrap(before, after),
    passes: mcnemar(one, other),
    nonInferiority: { ...nonInferiority(before, after, { margin }), margin },
  }
}

function passes(rows: readonly AnswerRow[]): boolean {
  return rows.filter(isPass).length * 2 > rows.length
}
