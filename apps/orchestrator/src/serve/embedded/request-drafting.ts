import { arbiter, type CostCurve, type GoodputPolicy, goodputPolicy } from '@foretoken/adaptive-k'
import { type Drafter, type LengthPolicy, SpeculationError } from '@foretoken/contract'
import { lookupDrafter } from '@foretoken/drafter-lookup'
import type { SuffixDrafter } from '@foretoken/drafter-suffix'
import type { SpeculateOptions } from '@foretoken/speculate'
import { MODEL_TIMEOUT_MS } from '../../drafting.js'
import type { SpeculationChoice } from '../text-request.js'

/** What the requests of one model are drafted with. */
export interface DraftingPool {
  /** Names that a request may give. */
  readonly names: readonly string[]
  /**
   * The loop's options for one request; nothing for plain decoding. Throws `ERR_OPTION_INVALID` for an unknown name.
   *
   * @param others - how many other texts are being written; they will share the first batch
   */
  optionsOf(
    choice: SpeculationChoice,
    others?: () => number,
  ): Pick<SpeculateOptions, 'drafter' | 'policy' | 'draftTimeoutMs'>
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
  const drafters: readonly Drafter[] = [lookupDrafter(), suffix, ...(model === undefined ? [] : [model])]
  const names = drafters.map(({ name }) => name)
  const policy = goodputPolicy(costs)
  return {
    names,
    optionsOf({ off = false, drafters: wanted = names, maxTokens }, others = () => 0) {
      if (off || wanted.length === 0) return {}
      const chosen = drafters.filter(({ name }) => wanted.includes(name))
      const unknown = wanted.find((name) => !names.includes(name))
      if (unknown !== undefined) throw unknownDrafter(unknown, names)
      return {
        drafter: arbiter(chosen, policy),
        policy: within(policy, { maxTokens, others }),
        draftTimeoutMs: chosen.some((drafter) => drafter === model) ? MODEL_TIMEOUT_MS : TIMEOUT_MS,
      }
    },
  }
}

/**
 * The same policy with shorter drafts. What the first step will share its batch with cannot be known from a step before, and
 * a draft is dear where many texts share a batch.
 */
function within(
  { contractVersion, name, open }: GoodputPolicy,
  {
    maxTokens = Number.POSITIVE_INFINITY,
    others,
  }: { readonly maxTokens?: number | undefined; readonly others: () => number },
): LengthPolicy {
  return {
    contractVersion,
    name,
    open() {
      const session = open()
      let isFirst = true
      return {
        limits({ depth, batchWidth }) {
          const limits = session.limits({ depth, batchWidth: isFirst ? Math.max(batchWidth, others()) : batchWidth })
          isFirst = false
          return { ...limits, maxTokens: Math.min(limits.maxTokens, maxTokens) }
        },
        cut: (draft) => session.cut(draft),
        observe: (observation) => session.observe(observation),
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
