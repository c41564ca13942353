import { type AcceptanceLearner, GROUPS, hashed } from './acceptance-learner.js'
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

/** What surrounds the candidates for one position. */
export interface Surroundings {
  /** The token in front of the position … */
  last: number
  /** … and the one in front of that. */
  before: number
  /** Log-odds that the best candidate behind `last` is right. */
  reliability: number
}

/**
 * Writes the weights that the candidate in `slot` names from `at` on: five for what its copies look like, seven found by
 * hash, which learn the habits of single tokens and of pairs, and that of the log-odds input. The result is their sum, the
 * candidate's score.
 */
export function scoreCandidate(
  features: Int32Array,
  at: number,
  candidates: Candidates,
  slot: number,
  { last, before, reliability }: Surroundings,
  { weights, hashShift }: AcceptanceLearner,
): number {
  const { records } = candidates
  const record = slot << CANDIDATE_BITS
  const token = records[record + TOKEN] as number
  const kind = records[record + KIND] as number
  const length = lengthBucket[records[record + DEEPEST] as number] as number
  const lastHash = Math.imul(last, 0x9e3779b1)
  const beforeHash = Math.imul(before, 0x7feb352d)
  const matched = GROUPS.length + 4 * length + (kind & 1)
  const agreed = GROUPS.agreement + agreement(candidates, slot, records[record + SUPPORT] as number)
  const near = GROUPS.near + (records[record + NEAREST] as number)
  const similar = GROUPS.similar + 9 * length + (records[record + LIKEST] as number)
  const recent = GROUPS.recency + (records[record + NEWEST] as number)
  const inFront = hashed(lastHash + beforeHash, hashShift)
  const own = hashed(token * 31 + 7, hashShift)
  const pair = hashed(lastHash + token, hashShift)
  const skip = hashed(beforeHash + token * 5, hashShift)
  const lengthBehind = hashed(Math.imul(last, 0x3e3779b1) + length * 7 + 1, hashShift)
  const ofKind = hashed(Math.imul(token, 0x5e3779f1) + kind, hashShift)
  // The first candidate is that of the longest copy.
  const instead = hashed(Math.imul(records[TOKEN] as number, 0x5e3779b1) + Math.imul(token, 0x7e3779b1), hashShift)
  const after = GROUPS.after + length
  features[at] = matched
  features[at + 1] = agreed
  features[at + 2] = near
  features[at + 3] = similar
  features[at + 4] = recent
  features[at + 5] = inFront
  features[at + 6] = own
  features[at + 7] = pair
  features[at + 8] = skip
  features[at + 9] = lengthBehind
  features[at + 10] = ofKind
  features[at + 11] = instead
  features[at + 12] = after
  return (
    (weights[2 * after] as number) * reliability +
    (weights[2 * matched] as number) +
    (weights[2 * agreed] as number) +
    (weights[2 * near] as number) +
    (weights[2 * similar] as number) +
    (weights[2 * recent] as number) +
    (weights[2 * inFront] as number) +
    (weights[2 * own] as number) +
    (weights[2 * pair] as number) +
    (weights[2 * skip] as number) +
    (weights[2 * lengthBehind] as number) +
    (weights[2 * ofKind] as number) +
    (weights[2 * instead] as number)
  )
}

/** 0 to 3 by share of the votes, 4 to 7 by number where all agree. */
function agreement({ voters, votes, vote }: Candidates, slot: number, support: number): number {
  if (support === voters) return voters < 2 ? 4 : voters < 4 ? 5 : voters < 8 ? 6 : 7
  return byShare((vote[slot] as number) / votes)
}

function byShare(share: number): number {
  return share < 0.5 ? 0 : share < 0.7 ? 1 : share < 0.9 ? 2 : 3
}
