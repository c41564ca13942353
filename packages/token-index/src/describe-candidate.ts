import { AcceptanceLearner, GROUPS } from './acceptance-learner.js'
import {
  CANDIDATE_BITS,
  type Candidates,
  DEEPEST,
  KIND,
  LIKEST,
  LONGEST_DRAFT,
  NEAREST,
  NEWEST,
  SUPPORT,
  TOKEN,
} from './candidates.js'
import { LONGEST_MATCH } from './matches.js'

/** Bucket of a match length. */
const lengthBucket: Uint8Array = Uint8Array.from({ length: LONGEST_MATCH + LONGEST_DRAFT + 1 }, (_, matched) => {
  if (matched <= 4) return matched
  const above = [6, 8, 10, 12, 16, 20, 24, 32, 48].findIndex((bound) => matched <= bound)
  return above < 0 ? 14 : 5 + above
})

/**
 * Writes the weights that the candidate in `slot` names from `at` on: five for what its copies look like, seven found by
 * hash, which learn the habits of single tokens and of pairs, and that of the log-odds input. `last` is the token in
 * front of the position, `before` the one in front of that.
 */
export function describeCandidate(
  features: Int32Array,
  at: number,
  candidates: Candidates,
  slot: number,
  last: number,
  before: number,
): void {
  const { records } = candidates
  const record = slot << CANDIDATE_BITS
  const token = records[record + TOKEN] as number
  const kind = records[record + KIND] as number
  const length = lengthBucket[records[record + DEEPEST] as number] as number
  const lastHash = Math.imul(last, 0x9e3779b1)
  const beforeHash = Math.imul(before, 0x7feb352d)
  features[at] = GROUPS.length + 4 * length + (kind & 1)
  features[at + 1] = GROUPS.agreement + agreement(candidates, slot, records[record + SUPPORT] as number)
  features[at + 2] = GROUPS.near + (records[record + NEAREST] as number)
  features[at + 3] = GROUPS.similar + 9 * length + (records[record + LIKEST] as number)
  features[at + 4] = GROUPS.recency + (records[record + NEWEST] as number)
  features[at + 5] = AcceptanceLearner.hashed(lastHash + beforeHash)
  features[at + 6] = AcceptanceLearner.hashed(token * 31 + 7)
  features[at + 7] = AcceptanceLearner.hashed(lastHash + token)
  features[at + 8] = AcceptanceLearner.hashed(beforeHash + token * 5)
  features[at + 9] = AcceptanceLearner.hashed(Math.imul(last, 0x3e3779b1) + length * 7 + 1)
  features[at + 10] = AcceptanceLearner.hashed(Math.imul(token, 0x5e3779f1) + kind)
  // The first candidate is that of the longest copy.
  features[at + 11] = AcceptanceLearner.hashed(
    Math.imul(records[TOKEN] as number, 0x5e3779b1) + Math.imul(token, 0x7e3779b1),
  )
  features[at + 12] = GROUPS.after + length
}

/** 0 to 3 by share of the votes, 4 to 7 by number where all agree. */
function agreement({ voters, votes, vote }: Candidates, slot: number, support: number): number {
  if (support === voters) return voters < 2 ? 4 : voters < 4 ? 5 : voters < 8 ? 6 : 7
  return byShare((vote[slot] as number) / votes)
}

function byShare(share: number): number {
  return share < 0.5 ? 0 : share < 0.7 ? 1 : share < 0.9 ? 2 : 3
}
