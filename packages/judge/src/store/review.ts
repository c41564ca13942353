import { z } from 'zod'
import type { Score } from '../check-result.js'
import { rowKey } from './answer-row.js'

/** What a person says of an answer: a line of `reviews.jsonl`. */
export interface Review {
  readonly promptId: string
  /** From 0. */
  readonly repetition: number
  readonly reviewer: string
  readonly score: Score
  /** Empty: none. */
  readonly remark: string
  /** ISO 8601. */
  readonly reviewedAt: string
}

/** Longest remark, in characters. */
export const maxRemarkCharacters = 10_000
/** Longest name of a reviewer, in characters. */
export const maxReviewerCharacters = 200

/** Form of a line of `reviews.jsonl`. */
export const reviewSchema: z.ZodType<Review> = z.strictObject({
  promptId: z.string().min(1).max(200),
  repetition: z.int().min(0).max(99),
  reviewer: z.string().min(1).max(maxReviewerCharacters),
  score: z.literal([0, 1, 2, 3]),
  remark: z.string().max(maxRemarkCharacters),
  reviewedAt: z.iso.datetime(),
})

/** What names a review in its run. */
export function reviewKey(review: Pick<Review, 'promptId' | 'repetition' | 'reviewer'>): string {
  return `${rowKey(review)} ${review.reviewer}`
}

/** Of several reviews of one answer by one person the last. */
export function lastReviews(reviews: readonly Review[]): readonly Review[] {
  return [...new Map(reviews.map((review) => [reviewKey(review), review])).values()]
}
