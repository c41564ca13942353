import { budget, coverage, identity, shape, threshold } from './drafter-laws/draft-laws.js'
import { chunking, labels, longest, purity, view } from './drafter-laws/history-laws.js'
import { abort, lifetime, size } from './drafter-laws/lifetime-laws.js'
import { concurrency, isolation, remember, scope } from './drafter-laws/session-laws.js'
import type { LawSubject } from './drafter-laws/subject.js'
import type { Laws } from './law.js'

/** Name of one law of the drafter contract. */
export type DrafterLaw =
  | 'identity'
  | 'budget'
  | 'threshold'
  | 'shape'
  | 'coverage'
  | 'purity'
  | 'longest'
  | 'chunking'
  | 'labels'
  | 'view'
  | 'isolation'
  | 'concurrency'
  | 'scope'
  | 'remember'
  | 'size'
  | 'lifetime'
  | 'abort'

/** The drafter contract as properties. */
export const drafterLaws: Laws<LawSubject, DrafterLaw> = {
  identity,
  budget,
  threshold,
  shape,
  coverage,
  purity,
  longest,
  chunking,
  labels,
  view,
  isolation,
  concurrency,
  scope,
  remember,
  size,
  lifetime,
  abort,
}
