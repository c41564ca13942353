import type { StepCosts } from './split-costs.js'

/** What a plan weighs. */
export interface PlanCosts {
  readonly curve: StepCosts
  /** Tokens of other sequences in the batch; each is expected to commit one. */
  readonly batchWidth: number
  /** What time is worth: this sequence's tokens for each step without drafts that they took of late (from 1 on). */
  readonly rate: number
  /**
   * Seconds of drafting that each token of later drafts costs; those of this one are spent.
   * @defaultValue 0
   */
  readonly secondsPerToken?: number
  /**
   * Most seconds that the step may last longer than one without drafting.
   * @defaultValue Infinity
   */
  readonly mostExtraSeconds?: number
}

/**
 * How many of a draft's first tokens to verify so that this step and those behind it, as far as the text follows the draft,
 * bring most: each step its tokens less what its seconds are worth. The shortest of equals.
 *
 * A step may be cut short of a doubtful token, so that the target's own token decides before more is staked on it;
 * what the draft says beyond is drafted again. Backward induction along the draft, in which a step that leaves the draft
 * counts as `OFF_PATH` of a step without drafts less than one that stays on it. All cuts are tried, as the curve may be
 * jagged. O(tokens²).
 */
export function planCut(probabilities: ArrayLike<number>, costs: PlanCosts): number {
  const tokens = Math.min(probabilities.length, LONGEST)
  for (let place = 0; place < tokens; place++) chances[place] = probabilities[place] as number
  chances[tokens] = 0
  worth[tokens] = 0
  worth[tokens + 1] = 0
  const bounds = fillCosts(tokens, costs)
  let cut = 0
  for (let place = tokens - 1; place >= 0; place--) cut = settle(place, tokens - place, costs.rate, bounds)
  return cut
}

/** The longest draft of at most `maxTokens` tokens that can pay at all, drafting included; nothing favours it more than certainty. */
export function longestUseful(maxTokens: number, costs: Omit<PlanCosts, 'rate'>): number {
  const { drafting, most } = fillCosts(maxTokens, costs)
  let longest = 0
  let best = 0
  for (let cut = 1; cut <= maxTokens; cut++) {
    // Plain decoding can always be had, so a step is worth a token at least.
    const gained = cut + 1 - (verify[cut] as number) - cut * drafting
    if (gained <= best || (dearest[cut] as number) > most) continue
    best = gained
    longest = cut
  }
  return longest
}

/** Longest draft that is planned for, in tokens: no policy asks for more. */
const LONGEST = 256

// Written anew by every call; nothing is allocated, since the planner runs in every step.
const chances = new Float64Array(LONGEST + 1)
/** By place in the draft: how much more it is worth to stand there than off the draft. */
const worth = new Float64Array(LONGEST + 2)
/** By cut: what the step takes, … */
const verify = new Float64Array(LONGEST + 1)
/** … at worst, the target's own token being run again, … */
const dearest = new Float64Array(LONGEST + 1)
/** … and what it takes besides where the last token of the cut is the first one rejected. */
const replay = new Float64Array(LONGEST + 1)

/** Fills in what a place is worth, given those behind it, and says how many of the `left` tokens to verify there. */
function settle(place: number, left: number, rate: number, { drafting, most }: Bounds): number {
  const idle = 1 - rate
  // The drafting of the draft at hand is paid for, and its step alone must not last longer than it may.
  const perToken = place === 0 ? 0 : drafting
  const bound = place === 0 ? most : Number.POSITIVE_INFINITY
  let best = idle + (chances[place] as number) * (worth[place + 1] as number)
  let bestCut = 0
  let reached = 1
  let gain = 1
  let replayed = 0
  for (let cut = 1; cut <= left; cut++) {
    const before = reached
    reached *= chances[place + cut - 1] as number
    gain += reached
    replayed += (before - reached) * (replay[cut] as number)
    const follows = reached * (chances[place + cut] as number)
    const steps = (verify[cut] as number) + replayed + cut * perToken
    const value = gain - rate * steps + follows * (worth[place + cut + 1] as number)
    if (value <= best || (dearest[cut] as number) > bound) continue
    best = value
    bestCut = cut
  }
  worth[place] = best - OFF_PATH * idle
  return bestCut
}

/** Found on recorded texts; anything from 0.1 to 0.4 serves as well. */
export const OFF_PATH = 0.25

interface Bounds {
  /** What a draft costs a token. */
  readonly drafting: number
  /** The dearest step that is allowed. */
  readonly most: number
}

/**
 * Costs in steps without drafts of this sequence alone: all sequences of the batch wait while this one holds them up, so a
 * longer step costs as many of them as there are sequences.
 */
function fillCosts(
  tokens: number,
  { curve, batchWidth, secondsPerToken = 0, mostExtraSeconds = Number.POSITIVE_INFINITY }: Omit<PlanCosts, 'rate'>,
): Bounds {
  const plainSeconds = curve.seconds(batchWidth + 1)
  const steps = (batchWidth + 1) / plainSeconds
  const isBounded = Number.isFinite(mostExtraSeconds)
  for (let cut = 1; cut <= tokens; cut++) {
    const width = batchWidth + cut + 1
    verify[cut] = 1 + steps * (curve.seconds(width) - plainSeconds)
    replay[cut] = steps * curve.replaySeconds(cut)
    dearest[cut] = isBounded ? 1 + steps * (curve.worstSeconds(width) + curve.replaySeconds(1) - plainSeconds) : 0
  }
  return { drafting: steps * secondsPerToken, most: 1 + steps * mostExtraSeconds }
}
