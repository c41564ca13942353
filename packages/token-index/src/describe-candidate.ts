import { AcceptanceLearner, GROUPS } from './acceptance-learner.js'
import { type Candidates, LONGEST_DRAFT } from './candidates.js'
import { LONGEST_MATCH } from './matches.js'

/** What surrounds the candidates of one position. */
export interface Surroundings {
  /** The token in front of the position. */
  readonly last: number
  /** The token in front of that. */
  readonly before: number
  /** The candidate of the longest copy. */
  readonly leading: number
}

/** Bucket of a match length. */
export const lengthBucket: Uint8Array = Uint8Array.from({ length: LONGEST_MATCH + LONGEST_DRAFT + 1 }, (_, matched) => {
  if (matched <= 4) return matched
  const above = [6, 8, 10, 12, 16, 20, 24, 32, 48].findIndex((bound) => matched <= bound)
  return above < 0 ? 14 : 5 + above
})

/**
 * Writes the features of the candidate `token`, in `slot`, from `at` on: five of what the copies look like, and seven
 * found by hash, which learn the habits of single tokens and of pairs.
 */
export function describeCandidate(
  features: Int32Array,
  at: number,
  candidates: Candidates,
  slot: number,
  token: number,
  { last, before, leading }: Surroundings,
): void {
  const length = lengthBucket[candidates.deepest[slot] as number] as number
  const kind = candidates.kind[slot] as number
  const lastHash = Math.imul(last, 0x9e3779b1)
  const beforeHash = Math.imul(before, 0x7feb352d)
  features[at] = GROUPS.length + 4 * length + (kind & 1)
  features[at + 1] = GROUPS.agreement + agreement(candidates, slot)
  features[at + 2] = GROUPS.near + (candidates.nearest[slot] as number)
  features[at + 3] = GROUPS.similar + 9 * length + (candidates.likest[slot] as number)
  features[at + 4] = GROUPS.recency + (candidates.newest[slot] as number)
  features[at + 5] = AcceptanceLearner.hashed(lastHash + beforeHash)
  features[at + 6] = AcceptanceLearner.hashed(token * 31 + 7)
  features[at + 7] = AcceptanceLearner.hashed(lastHash + token)
  features[at + 8] = AcceptanceLearner.hashed(beforeHash + token * 5)
  features[at + 9] = AcceptanceLearner.hashed(Math.imul(last, 0x3e3779b1) + length * 7 + 1)
  features[at + 10] = AcceptanceLearner.hashed(Math.imul(token, 0x5e3779f1) + kind)
  features[at + 11] = AcceptanceLearner.hashed(Math.imul(leading, 0x5e3779b1) + Math.imul(token, 0x7e3779b1))
}

/** 0 to 3 by share of the votes, 4 to 7 by number where all agree. */
function agreement({ voters, votes, support, vote }: Candidates, slot: number): number {
  if (support[slot] === voters) return voters < 2 ? 4 : voters < 4 ? 5 : voters < 8 ? 6 : 7
  return byShare((vote[slot] as number) / votes)
}

function byShare(share: number): number {
  return share < 0.5 ? 0 : share < 0.7 ? 1 : share < 0.9 ? 2 : 3
}
