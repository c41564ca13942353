import type { SpeculationError } from '@foretoken/contract'

/** What a failed attempt means for the next one. */
export interface AttemptVerdict {
  /** Whether the same request may go better elsewhere or later. */
  readonly mayPass: boolean
  /** Whether it is the server's fault; a busy server, or a bad request, is none. */
  readonly isFault: boolean
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs?: number
}

/** An attempt at one server that failed; callers see its `error` only. */
export class AttemptFailure extends Error {
  readonly error: SpeculationError
  readonly verdict: AttemptVerdict

  constructor(error: SpeculationError, verdict: AttemptVerdict) {
    super(error.message)
    this.error = error
    this.verdict = verdict
  }
}
