import type { Drafter, LengthPolicy, Target, TokenId, Tokens } from '@foretoken/contract'
import { speculate } from '@foretoken/speculate'

/** What {@link timedText} writes. */
export interface TimedTextOptions {
  readonly target: Target
  readonly prompt: Tokens
  readonly maxTokens: number
  readonly drafter?: Drafter
  readonly policy?: LengthPolicy
  readonly signal: AbortSignal
}

/** A text of our loop, timed from outside. */
export interface TimedText {
  readonly tokens: Tokens
  readonly promptMs: number
  /** From the evaluated prompt to the last step: everything that the loop does is in it. */
  readonly generateMs: number
  readonly steps: readonly TimedStep[]
  readonly draftedTokens: number
  readonly acceptedTokens: number
}

/** What one step of the loop took. */
export interface TimedStep {
  readonly width: number
  readonly accepted: number
  readonly draftMs: number
  readonly verifyMs: number
  /** From the end of the step before, or of the prompt, to its own. */
  readonly stepMs: number
}

/** Writes one text with our loop; no prefix of an earlier text is reused, and no drafter is too slow. */
export async function timedText(options: TimedTextOptions): Promise<TimedText> {
  const { target, prompt, maxTokens, drafter, policy, signal } = options
  let openedMs = Number.NaN
  const timed: Target = {
    contractVersion: target.contractVersion,
    rollback: target.rollback,
    async open(...args) {
      const session = await target.open(...args)
      openedMs = performance.now()
      return session
    },
    async [Symbol.asyncDispose]() {},
  }
  const tokens: TokenId[] = []
  const steps: TimedStep[] = []
  const startedMs = performance.now()
  let endedMs = startedMs
  const drafting = { ...(drafter && { drafter }), ...(policy && { policy }), draftTimeoutMs: 2 ** 31 - 1 }
  const session = { reuse: 'none' } as const
  for await (const step of speculate({ target: timed, prompt, maxTokens, signal, session, ...drafting })) {
    const beganMs = steps.length === 0 ? openedMs : endedMs
    endedMs = performance.now()
    const stepMs = endedMs - beganMs
    tokens.push(...step.tokens)
    const { width, acceptedTokens: accepted, draftMs, verifyMs, dropped } = step
    if (dropped !== undefined) throw new Error(dropped)
    steps.push({ width, accepted, draftMs, verifyMs, stepMs })
  }
  return {
    tokens: Int32Array.from(tokens),
    promptMs: openedMs - startedMs,
    generateMs: endedMs - openedMs,
    steps,
    draftedTokens: steps.reduce((sum, step) => sum + step.width - 1, 0),
    acceptedTokens: steps.reduce((sum, step) => sum + step.accepted, 0),
  }
}
