import { type LengthObservation, SpeculationError } from '@foretoken/contract'
import { assertPositive } from './assert-positive.js'
import { RecentMedian } from './recent-median.js'
import { type CostPoint, WidthCosts } from './width-costs.js'

/** What drafting and verifying take, as far as it is known. */
export interface CostCurve {
  /** Seconds to verify a batch of `width` tokens. */
  seconds(width: number): number
  /** The same at worst: more only where too little was measured to know what a token more costs. */
  worstSeconds(width: number): number
  /** Whether any time was given or observed; while none was, all seconds are in steps without drafts. */
  readonly isKnown: boolean
  /** Seconds that a drafter takes for a draft of `tokens` tokens, at least 1; 0 while nothing is known of it. */
  draftSeconds(drafter: string, tokens: number): number
  /** Seconds to run `tokens` tokens again after a partial reject; 0 where rejected tokens are dropped from the cache. */
  replaySeconds(tokens: number): number
  /** Whether the drafter was given a cost from the start, as draft models are. */
  isCostly(drafter: string): boolean
  /** Takes over what a step took. A single outlier changes nothing. */
  observe(observation: LengthObservation): void
  /** The same curve with observations of its own. */
  copy(): CostCurve
}

/** What drafting takes, in seconds (from 0 on). */
export interface DraftCost {
  /** However many tokens are drafted: to read what was committed, and to be asked. */
  readonly perDraft: number
  readonly perToken: number
}

/** Options of {@link costCurve}. */
export interface CostCurveOptions {
  /**
   * What drafters take that are not free, as draft models, by the drafter's name; a number is seconds per drafted token.
   * @defaultValue {}
   */
  readonly draftSeconds?: Readonly<Record<string, number | DraftCost>>
  /**
   * For recurrent targets, which restore a checkpoint and run the accepted tokens again: seconds by tokens run again; empty
   * where they were not measured.
   * @defaultValue undefined: rejected tokens cost nothing to drop
   */
  readonly replay?: readonly CostPoint[]
}

/**
 * Seconds by verify width. What is observed scales the curve and fills it in; with fewer than two points, or none at all, it
 * begins with the guess that a token more costs a tenth of a step.
 *
 * @example
 * ```ts
 * costCurve([{ width: 1, seconds: 0.05 }, { width: 9, seconds: 0.06 }, { width: 33, seconds: 0.11 }])
 * ```
 */
export function costCurve(points: readonly CostPoint[] = [], options: CostCurveOptions = {}): CostCurve {
  const { draftSeconds = {}, replay } = options
  const given = new Map(Object.entries(draftSeconds).map(([drafter, cost]) => [drafter, draftCost(drafter, cost)]))
  if (points.length === 0 && given.size > 0)
    throw new SpeculationError('ERR_OPTION_INVALID', 'draftSeconds need a point to compare with, got none')
  return new ObservedCosts({
    verify: new WidthCosts('points', points),
    replay: replay && new WidthCosts('replay points', replay),
    given,
    drafting: new Map(),
  })
}

function draftCost(drafter: string, cost: number | DraftCost): DraftCost {
  const { perDraft, perToken } = typeof cost === 'number' ? { perDraft: 0, perToken: cost } : cost
  assertPositive(`the draftSeconds of ${drafter}`, perToken, 0)
  assertPositive(`the draftSeconds of a draft of ${drafter}`, perDraft, 0)
  return { perDraft, perToken }
}

const free: DraftCost = { perDraft: 0, perToken: 0 }

interface Costs {
  readonly verify: WidthCosts
  readonly replay: WidthCosts | undefined
  /** What drafting takes, as given. */
  readonly given: ReadonlyMap<string, DraftCost>
  /** What it took, as a multiple of that; of seconds per token where nothing was given. */
  readonly drafting: Map<string, RecentMedian>
}

class ObservedCosts implements CostCurve {
  readonly #costs: Costs

  constructor(costs: Costs) {
    this.#costs = costs
  }

  seconds(width: number): number {
    return this.#costs.verify.seconds(width)
  }

  worstSeconds(width: number): number {
    return this.#costs.verify.worstSeconds(width)
  }

  get isKnown(): boolean {
    return this.#costs.verify.isKnown
  }

  draftSeconds(drafter: string, tokens: number): number {
    const observed = this.#costs.drafting.get(drafter)
    const given = this.#givenSeconds(drafter, tokens)
    return observed !== undefined && observed.count >= 3 ? observed.median * (given || tokens) : given
  }

  #givenSeconds(drafter: string, tokens: number): number {
    const { perDraft, perToken } = this.#costs.given.get(drafter) ?? free
    return perDraft + perToken * tokens
  }

  replaySeconds(tokens: number): number {
    const { replay, verify } = this.#costs
    if (replay === undefined) return 0
    // To run tokens again is to run them.
    return replay.isKnown ? replay.seconds(tokens) : verify.seconds(tokens)
  }

  isCostly(drafter: string): boolean {
    return this.#costs.given.has(drafter)
  }

  observe({ draft, accepted, draftMs, verifyMs, width, batchWidth, microBatches = 1 }: LengthObservation): void {
    const { verify, replay, drafting } = this.#costs
    const batch = width + batchWidth
    const isReplayed = replay !== undefined && accepted < width - 1
    // The time of a partial reject is that of the batch and of the replay together.
    if (isReplayed) replay.observe(accepted + 1, verifyMs / 1000 - verify.seconds(batch))
    // What was evaluated in parts says nothing about a batch of that width.
    else if (microBatches === 1) verify.observe(batch, verifyMs / 1000)
    if (draft.tokens.length === 0 || !(draftMs >= 0)) return
    const recent = drafting.get(draft.drafter) ?? new RecentMedian(9)
    drafting.set(draft.drafter, recent)
    const { drafter, tokens } = draft
    recent.add(draftMs / 1000 / (this.#givenSeconds(drafter, tokens.length) || tokens.length))
  }

  copy(): CostCurve {
    const { verify, replay, given, drafting } = this.#costs
    return new ObservedCosts({
      verify: verify.copy(),
      replay: replay?.copy(),
      given,
      drafting: new Map(Array.from(drafting, ([drafter, recent]) => [drafter, recent.copy()])),
    })
  }
}
