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
  /** Seconds that a drafter takes for `tokens` drafted tokens; 0 while nothing is known of it. */
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

/** Options of {@link costCurve}. */
export interface CostCurveOptions {
  /**
   * Seconds per drafted token of drafters that are not free, as draft models are, by the drafter's name (from 0 on).
   * @defaultValue {}
   */
  readonly draftSeconds?: Readonly<Record<string, number>>
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
  for (const [drafter, seconds] of Object.entries(draftSeconds))
    assertPositive(`the draftSeconds of ${drafter}`, seconds, 0)
  if (points.length === 0 && Object.keys(draftSeconds).length > 0)
    throw new SpeculationError('ERR_OPTION_INVALID', 'draftSeconds need a point to compare with, got none')
  return new ObservedCosts({
    verify: new WidthCosts('points', points),
    replay: replay && new WidthCosts('replay points', replay),
    given: new Map(Object.entries(draftSeconds)),
    drafting: new Map(),
  })
}

interface Costs {
  readonly verify: WidthCosts
  readonly replay: WidthCosts | undefined
  /** Seconds per drafted token, as given. */
  readonly given: ReadonlyMap<string, number>
  /** The same, as observed. */
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
    const { given, drafting } = this.#costs
    const observed = drafting.get(drafter)
    const isKnown = observed !== undefined && observed.count >= 3
    return tokens * (isKnown ? observed.median : (given.get(drafter) ?? 0))
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
    recent.add(draftMs / 1000 / draft.tokens.length)
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
