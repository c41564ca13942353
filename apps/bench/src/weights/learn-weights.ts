import { AcceptanceLearner, CopySession, SourceCounts, TokenIndex } from '@foretoken/token-index'
import type { Trace } from '../replay/trace-file.js'
import type { TraceRequest } from '../replay/trace-request.js'

/** Drafts go on while that much of a plain step may be gained: what a drafted token costs on a large model. */
const LOWEST_COST = 0.03
/** Longest draft that is asked for, in tokens. */
const MAX_TOKENS = 64
/**
 * How far to go from the start to what was learned. Recorded texts of small models copy more readily than most, and a
 * drafter that trusts too much costs more than one that has a little left to learn.
 */
const TRUST = 0.75
/** More than any task needs. */
const INDEX_BYTES = 2 ** 26
/** Decimal places that are kept: more would be noise. */
const PLACES = 3

/** How a drafter that starts with the weights drafts. */
export interface LearnWeightsOptions {
  /** Whether it finds copies in earlier requests of a task too, not only in the request itself. */
  readonly remembers: boolean
  /** As of its `AcceptanceLearner`. */
  readonly hashBits: number
}

/**
 * Dense weights that a drafter may start with: three quarters of the way to the mean of what one learner for each task has
 * learned from its requests, so that a task counts the same however much of it was recorded.
 *
 * The same requests give the same weights, bit by bit.
 */
export function learnWeights(tasks: readonly Trace[], { remembers, hashBits }: LearnWeightsOptions): Float32Array {
  const start = new AcceptanceLearner().exportWeights()
  const sums = new Float64Array(start.length)
  for (const { requests } of tasks) {
    const learner = new AcceptanceLearner({ hashBits })
    let index = new TokenIndex(INDEX_BYTES)
    for (const request of requests) {
      replay(learner, index, request)
      if (!remembers) index = new TokenIndex(INDEX_BYTES)
    }
    for (const [weight, value] of learner.exportWeights().entries()) sums[weight] = (sums[weight] as number) + value
  }
  return start.map((weight, index) => rounded(weight + TRUST * ((sums[index] as number) / tasks.length - weight)))
}

/** Lets the learner see one request as it is decoded with drafts from the index. */
function replay(learner: AcceptanceLearner, index: TokenIndex, { prompt, output }: TraceRequest): void {
  const sequence = index.open(prompt)
  const session = new CopySession({ name: 'warm-up', sequence, learner, counts: new SourceCounts() })
  for (let start = 0; start < output.length; ) {
    const { tokens } = session.draft({ maxTokens: MAX_TOKENS, minProbability: LOWEST_COST })
    let accepted = 0
    while (accepted < tokens.length && tokens[accepted] === output[start + accepted]) accepted++
    session.commit(output.subarray(start, start + accepted + 1))
    start += accepted + 1
  }
  sequence.close()
}

/** Without a negative zero, which no file keeps. */
function rounded(weight: number): number {
  return Number(weight.toFixed(PLACES)) + 0
}
