import { type BootstrapEstimate, pairedBootstrap } from '../agreement/bootstrap.js'
import { cohenKappa } from '../agreement/cohen-kappa.js'
import { type Choice, positionBias, positionConsistency } from '../agreement/judge-measurement.js'
import { krippendorffAlpha } from '../agreement/krippendorff-alpha.js'
import { mcnemar } from '../agreement/mcnemar.js'
import type { JudgedPair } from './judge-pairs.js'

/** How one judge compared. */
export interface PairJudge {
  readonly judge: string
  /** Pairs that it judged. */
  readonly pairs: number
  /** Share of them for which both orders gave the same choice (0 to 1). */
  readonly positionConsistency: number
  /** Choices of the answer shown first minus those of the other, as a share of all (−1 to 1). */
  readonly positionBias: number
}

/** What comparing two runs came to. */
export interface PairReport {
  readonly pairs: number
  /** Pairs that each run won, and ties, those of answers that are the same included. */
  readonly first: number
  readonly second: number
  readonly ties: number
  /** Pairs whose answers are the same, so that no judge was asked. */
  readonly same: number
  /** Wins of the second run minus those of the first, as a share of all, with its 95 % interval. Absent: no pairs. */
  readonly lead?: BootstrapEstimate
  /** Exact sign test of the wins: as unlikely or more, were both runs as good. */
  readonly pValue: number
  readonly judges: readonly PairJudge[]
  /** Krippendorff's alpha between the judges. Absent: fewer than two, or it cannot be told. */
  readonly agreement?: number
  /** Against the checkers' scores, where they have any. Absent: none, or it cannot be told. */
  readonly checkers?: { readonly pairs: number; readonly kappa: number }
}

/** Sums up judged pairs. */
export function pairReport(pairs: readonly JudgedPair[]): PairReport {
  const won = (choice: Choice): readonly boolean[] => pairs.map(({ winner }) => winner === choice)
  const [first, second] = [won('first'), won('second')]
  const count = (wins: readonly boolean[]): number => wins.filter(Boolean).length
  const agreement = judgesAgreement(pairs)
  const checkers = checkersAgreement(pairs)
  return {
    pairs: pairs.length,
    first: count(first),
    second: count(second),
    ties: count(won('tie')),
    same: pairs.filter(({ verdicts }) => verdicts.length === 0).length,
    ...(pairs.length > 0 && { lead: pairedBootstrap(first.map(Number), second.map(Number)) }),
    pValue: mcnemar(first, second).pValue,
    judges: judgesOf(pairs).map((judge) => pairJudge(judge, pairs)),
    ...(agreement !== undefined && { agreement }),
    ...(checkers && { checkers }),
  }
}

const values: Readonly<Record<Choice, number>> = { first: -1, tie: 0, second: 1 }

function judgesOf(pairs: readonly JudgedPair[]): readonly string[] {
  return [...new Set(pairs.flatMap(({ verdicts }) => verdicts.map(({ judge }) => judge)))].sort()
}

function pairJudge(judge: string, pairs: readonly JudgedPair[]): PairJudge {
  const own = pairs.flatMap(({ verdicts }) => verdicts.filter((each) => each.judge === judge))
  const twice = own.map(({ verdict }) => verdict)
  return {
    judge,
    pairs: twice.length,
    positionConsistency: positionConsistency(twice),
    positionBias: positionBias(twice),
  }
}

function judgesAgreement(pairs: readonly JudgedPair[]): number | undefined {
  const judges = judgesOf(pairs)
  if (judges.length < 2) return undefined
  const asked = pairs.filter(({ verdicts }) => verdicts.length > 0)
  const choices = judges.map((judge) => {
    return asked.map(({ verdicts }) => {
      const own = verdicts.find((each) => each.judge === judge)
      return own && values[own.verdict.winner]
    })
  })
  return known(krippendorffAlpha(choices, 'ordinal'))
}

function checkersAgreement(pairs: readonly JudgedPair[]): PairReport['checkers'] | undefined {
  const checked = pairs.flatMap(({ winner, scores, verdicts }) => {
    return scores === undefined || verdicts.length === 0 ? [] : [{ judged: values[winner], scores }]
  })
  if (checked.length === 0) return undefined
  const kappa = cohenKappa(
    checked.map(({ judged }) => judged),
    checked.map(({ scores: [one, other] }) => Math.sign(other - one)),
    { categories: [-1, 0, 1], weight: 'linear' },
  )
  return known(kappa) === undefined ? undefined : { pairs: checked.length, kappa }
}

/** A figure that says something: where all choose the same, agreement beyond chance cannot be told. */
function known(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value
}
