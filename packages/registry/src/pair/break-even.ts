import type { ModelFacts } from '../facts/model-facts.js'

/** What drafting costs and must bring where reading weights is all that takes time. */
export interface BreakEven {
  /** Tokens that are drafted in a step. */
  readonly draftTokens: number
  /** Time of a step, in tokens of the target alone. */
  readonly stepCost: number
  /** Share of drafted tokens that must be accepted for the step to pay; absent where not even all of them do. */
  readonly acceptanceRate?: number
}

type Weights = Pick<ModelFacts, 'bytesPerToken' | 'experts'>

/**
 * The least acceptance with which a draft of each length pays, when each evaluation takes the time of reading the weights
 * once: a bound from below, since wide batches also cost time to compute. A mixture reads more experts for more tokens.
 */
export function breakEven(target: Weights, draft: Weights, lengths: readonly number[]): readonly BreakEven[] {
  const draftCost = draft.bytesPerToken / target.bytesPerToken
  return lengths.map((draftTokens) => {
    const stepCost = draftTokens * draftCost + verifyCost(target, draftTokens + 1)
    const acceptanceRate = rateFor(stepCost, draftTokens)
    return { draftTokens, stepCost, ...(acceptanceRate !== undefined && { acceptanceRate }) }
  })
}

/** Bytes that a batch of so many tokens reads, relative to one token; experts are taken as chosen independently. */
function verifyCost({ bytesPerToken, experts }: Weights, width: number): number {
  if (experts === undefined || experts.bytes === 0) return 1
  const rate = experts.used / experts.count
  const rest = bytesPerToken - experts.bytes * rate
  return (rest + experts.bytes * (1 - (1 - rate) ** width)) / bytesPerToken
}

/** Solves 1 + a + … + a^k = cost by halving; the sum rises with a. */
function rateFor(cost: number, draftTokens: number): number | undefined {
  if (!(cost < draftTokens + 1)) return undefined
  let [low, high] = [0, 1]
  for (let round = 0; round < 40; round++) {
    const rate = (low + high) / 2
    if (tokensPerStep(rate, draftTokens) < cost) low = rate
    else high = rate
  }
  return high
}

function tokensPerStep(rate: number, draftTokens: number): number {
  let sum = 1
  for (let power = rate, token = 0; token < draftTokens; token++, power *= rate) sum += power
  return sum
}
