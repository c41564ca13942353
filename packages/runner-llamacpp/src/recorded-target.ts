import type { Target, TargetSession, TokenId, Tokens, Verdict } from '@foretoken/contract'

/** What a target did in one session, token by token. */
export interface Recording {
  /** Time to evaluate the prompt. */
  readonly promptMs: number
  readonly steps: readonly RecordedStep[]
  /** Every token the target decided on, also those that a stop string dropped from the text. */
  readonly tokens: readonly TokenId[]
}

/** One verification. */
export interface RecordedStep {
  /** Index of its first token among the recorded ones. */
  readonly start: number
  /** What was tried of the draft. */
  readonly draft: Tokens
  readonly verdict: Verdict
}

/** A target for one session that keeps the record of it. */
export interface RecordedTarget extends Target {
  readonly recording: Recording
}

/** Passes everything through to `target` and writes it down. */
export function recordedTarget(target: Target): RecordedTarget {
  const steps: RecordedStep[] = []
  const tokens: TokenId[] = []
  const recording = { promptMs: 0, steps, tokens }
  return {
    contractVersion: target.contractVersion,
    rollback: target.rollback,
    recording,
    async open(prompt, options) {
      const startedMs = performance.now()
      const session = await target.open(prompt, options)
      recording.promptMs = performance.now() - startedMs
      return recordedSession(session, (draft, verdict) => {
        const tried = draft.slice(0, verdict.width - 1)
        steps.push({ start: tokens.length, draft: tried, verdict })
        tokens.push(...tried.subarray(0, verdict.accepted), verdict.next)
      })
    },
    [Symbol.asyncDispose]: () => target[Symbol.asyncDispose](),
  }
}

function recordedSession(session: TargetSession, record: (draft: Tokens, verdict: Verdict) => void): TargetSession {
  return {
    get depth() {
      return session.depth
    },
    contextTokens: session.contextTokens,
    async verify(draft, options) {
      const verdict = await session.verify(draft, options)
      record(draft, verdict)
      return verdict
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  }
}
