import { readBounded } from '../read-bounded.js'
import type { ResultsStore } from '../store/results-store.js'
import { lastReviews, type Review, reviewKey } from '../store/review.js'
import { parseReviews } from './parse-reviews.js'

/** What an import came to. */
export interface ImportedReviews {
  /** New reviews. */
  readonly added: readonly Review[]
  /** Reviews of the file that were there already. */
  readonly known: number
}

const maxBytes = 256 * 2 ** 20

/**
 * Adds what people said in a table to a run. Nothing is added unless all of it is right, and what is there already is not
 * added again, so that an import that was cut off is simply repeated.
 */
export async function importReviews(
  store: ResultsStore,
  runId: string,
  path: string,
  now: number,
): Promise<ImportedReviews> {
  const run = await store.read(runId)
  const reviews = parseReviews({ text: await readBounded(path, maxBytes), path }, run, now)
  await using file = await store.openReviews(runId)
  const before = new Map(lastReviews(file.values).map((review) => [reviewKey(review), review]))
  const added = reviews.filter((review) => {
    const earlier = before.get(reviewKey(review))
    return earlier?.score !== review.score || earlier.remark !== review.remark
  })
  for (const review of added) await file.append(review)
  return { added, known: reviews.length - added.length }
}
