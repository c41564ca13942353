import { type Draft, type Drafter, type LengthPolicy, SpeculationError, type Tokens } from '@foretoken/contract'
import type { Costs } from './expected-speedup.js'

/** What a model wrote to a prompt. */
export interface WrittenText {
  readonly prompt: Tokens
  readonly answer: Tokens
}

/** What a drafter would have drafted for these texts. */
export interface ReplayedDrafts {
  readonly steps: readonly ReplayedStep[]
  readonly draftedTokens: number
  readonly acceptedTokens: number
  /** Seconds of a drafted token, the median; 0 where nothing was drafted. */
  readonly secondsPerToken: number
}

/** What was sent of a draft at one place of a text, and how much of it was right. */
export interface ReplayedStep {
  readonly drafted: number
  readonly accepted: number
}

/** How drafts are replayed. */
export interface ReplayOptions {
  /** Chooses how much is drafted and sent, as in a run. */
  readonly policy: LengthPolicy
  /** What the policy is told that steps take. */
  readonly costs: Costs
  readonly signal: AbortSignal
  /** Ends before all was replayed, in milliseconds. */
  readonly budgetMs: number
}

/**
 * Plays texts that are there already: in each step the drafter drafts, what is right of it is accepted, and the token
 * behind it comes from the text. The target takes no part, since drafts depend on the text alone.
 */
export async function replayDrafts(
  drafter: Drafter,
  texts: readonly WrittenText[],
  options: ReplayOptions,
): Promise<ReplayedDrafts> {
  const steps: ReplayedStep[] = []
  const seconds: number[] = []
  const endMs = performance.now() + options.budgetMs
  for (const text of texts) {
    for await (const { drafted, accepted, proposed, ms, isFirst } of replaySteps(drafter, text, {
      ...options,
      endMs,
    })) {
      // The first draft of a text reads its prompt, too.
      if (proposed > 0 && !isFirst) seconds.push(ms / 1000 / proposed)
      steps.push({ drafted, accepted })
    }
  }
  return {
    steps,
    draftedTokens: steps.reduce((sum, { drafted }) => sum + drafted, 0),
    acceptedTokens: steps.reduce((sum, { accepted }) => sum + accepted, 0),
    secondsPerToken: seconds.toSorted((one, other) => one - other)[seconds.length >> 1] ?? 0,
  }
}

interface TimedStep extends ReplayedStep {
  /** Tokens of the draft before the policy's cut. */
  readonly proposed: number
  readonly ms: number
  readonly isFirst: boolean
}

async function* replaySteps(
  drafter: Drafter,
  { prompt, answer }: WrittenText,
  { policy, costs, signal, endMs }: ReplayOptions & { readonly endMs: number },
): AsyncGenerator<TimedStep, void, void> {
  await using session = drafter.open(prompt)
  const length = policy.open()
  let at = 0
  while (at < answer.length && performance.now() < endMs) {
    if (signal.aborted) throw new SpeculationError('ERR_ABORTED', 'the measurement was cancelled')
    const depth = prompt.length + at
    const limits = length.limits({ depth, batchWidth: 0 })
    const startedMs = performance.now()
    const draft: Draft = limits.maxTokens < 1 ? nothing : await session.draft({ ...limits, signal })
    const ms = performance.now() - startedMs
    const sent = length.cut(draft)
    const accepted = agreeing(draft.tokens.subarray(0, sent), answer.subarray(at))
    const back = accepted < sent ? costs.replaySeconds(accepted + 1) : 0
    const verifyMs = 1000 * (costs.seconds(sent + 1) + back)
    length.observe({ draft, sent, accepted, draftMs: ms, verifyMs, width: sent + 1, batchWidth: 0, depth })
    yield { drafted: sent, accepted, proposed: draft.tokens.length, ms, isFirst: at === 0 }
    session.commit(answer.slice(at, at + accepted + 1))
    at += accepted + 1
  }
}

const nothing: Draft = { tokens: new Int32Array(0), drafter: '' }

function agreeing(draft: Tokens, text: Tokens): number {
  let length = 0
  while (length < draft.length && length < text.length && draft[length] === text[length]) length++
  return length
}
