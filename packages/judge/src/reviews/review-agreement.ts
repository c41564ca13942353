import { cohenKappa } from '../agreement/cohen-kappa.js'
import { mean } from '../agreement/moments.js'
import type { AnswerRow } from '../store/answer-row.js'
import { rowKey } from '../store/answer-row.js'
import { lastReviews, type Review } from '../store/review.js'

/** How far a reviewer and the scores of a run agree. */
export interface ReviewAgreement {
  readonly reviewer: string
  /** Reviewed answers that have a score. */
  readonly answers: number
  readonly meanScore: number
  /** Mean score of the same answers in the run. */
  readonly runMeanScore: number
  /** Share of the answers with the same score (0 to 1). */
  readonly sameRate: number
  /** Cohen's kappa with quadratic weights. Absent: all is one score. */
  readonly kappa?: number
}

/** The agreement of each reviewer with the scores of a run, by name. */
export function reviewAgreement(rows: readonly AnswerRow[], reviews: readonly Review[]): readonly ReviewAgreement[] {
  const scores = new Map(rows.map((row) => [rowKey(row), row.score]))
  const pairs = lastReviews(reviews).flatMap((review) => {
    const score = scores.get(rowKey(review))
    return score === undefined ? [] : [{ reviewer: review.reviewer, person: review.score, machine: score }]
  })
  return [...new Set(pairs.map(({ reviewer }) => reviewer))].sort().map((reviewer) => {
    const own = pairs.filter((pair) => pair.reviewer === reviewer)
    const [people, machine] = [own.map(({ person }) => person), own.map((pair) => pair.machine)]
    const kappa = cohenKappa(people, machine, { categories: [0, 1, 2, 3], weight: 'quadratic' })
    return {
      reviewer,
      answers: own.length,
      meanScore: mean(people),
      runMeanScore: mean(machine),
      sameRate: own.filter((pair) => pair.person === pair.machine).length / own.length,
      ...(!Number.isNaN(kappa) && { kappa }),
    }
  })
}
