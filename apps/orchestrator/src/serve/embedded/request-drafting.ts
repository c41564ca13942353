import { arbiter, type CostCurve, goodputPolicy } from '@foretoken/adaptive-k'
import { type Drafter, SpeculationError } from '@foretoken/contract'
import { lookupDrafter } from '@foretoken/drafter-lookup'
import type { SuffixDrafter } from '@foretoken/drafter-suffix'
import type { SpeculateOptions } from '@foretoken/speculate'
import { MODEL_TIMEOUT_MS } from '../../drafting.js'
import type { SpeculationChoice } from '../text-request.js'
import { Backlog } from './backlog.js'
import { boundedPolicy } from './bounded-policy.js'
import { lazyDrafter } from './lazy-drafter.js'

/** What the requests of one model are drafted with. */
export interface DraftingPool {
  /** Names that a request may give. */
  readonly names: readonly string[]
  /**
   * The loop's options for one request; nothing for plain decoding. Throws `ERR_OPTION_INVALID` for an unknown name.
   *
   * @param texts - how many texts are being written, this one too; they share batches
   */
  optionsOf(
    choice: SpeculationChoice,
    texts?: () => number,
  ): Pick<SpeculateOptions, 'drafter' | 'policy' | 'draftTimeoutMs'>
  /** Learns what still waits to be learned. */
  learn(): Promise<void>
}

/** What a pool is made of. */
export interface DraftingPoolParts {
  readonly suffix: SuffixDrafter
  /** Runs the draft model; absent without one. */
  readonly model?: Drafter
  /** What drafts cost; the policy finds out where nothing is known. */
  readonly costs?: CostCurve
}

/** Drafters of a busy process answer late without being at fault. */
const TIMEOUT_MS = 5_000

/** One policy serves all requests, so that what one learns of costs the next one knows. */
export function draftingPool({ suffix, model, costs }: DraftingPoolParts): DraftingPool {
  // Suffix knows all that lookup does, which is asked where a request names it.
  const usual: readonly Drafter[] = [suffix, ...(model === undefined ? [] : [model])]
  const drafters: readonly Drafter[] = [lookupDrafter(), ...usual]
  const names = drafters.map(({ name }) => name)
  const policy = goodputPolicy(costs)
  const weighed = (chosen: readonly Drafter[]): Drafter =>
    chosen.length === 1 ? (chosen[0] as Drafter) : arbiter(chosen, policy)
  const usually = weighed(usual)
  const backlog = new Backlog()
  return {
    names,
    learn: () => backlog.learnAll(),
    optionsOf({ off = false, drafters: wanted, maxTokens = Number.POSITIVE_INFINITY }, texts = () => 1) {
      if (off || wanted?.length === 0) return {}
      const chosen = wanted === undefined ? usual : drafters.filter(({ name }) => wanted.includes(name))
      const unknown = wanted?.find((name) => !names.includes(name))
      if (unknown !== undefined) throw unknownDrafter(unknown, names)
      return {
        drafter: lazyDrafter(wanted === undefined ? usually : weighed(chosen), {
          learners: chosen.filter((drafter) => drafter !== model),
          backlog,
          isBusy: () => texts() > 1,
        }),
        policy: boundedPolicy(policy, { maxTokens, texts, curve: costs }),
        draftTimeoutMs: chosen.some((drafter) => drafter === model) ? MODEL_TIMEOUT_MS : TIMEOUT_MS,
      }
    },
  }
}

function unknownDrafter(name: string, names: readonly string[]): SpeculationError<'ERR_OPTION_INVALID'> {
  return new SpeculationError(
    'ERR_OPTION_INVALID',
    `speculation.drafters must be among ${names.join(', ')}, got ${JSON.stringify(name)}`,
    { details: { drafter: name, known: names } },
  )
}
