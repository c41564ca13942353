import { assertInteger, SpeculationError } from '@foretoken/contract'
import type { Clock, Complete } from '../ports.js'
import { engineLost, failureOf } from './engine-failure.js'

/** Options of {@link patientComplete}. */
export interface PatientCompleteOptions {
  readonly clock: Clock
  /**
   * Most attempts of one completion (1 to 100).
   * @defaultValue 6
   */
  readonly maxAttempts?: number
  /**
   * Wait after the first failure, in milliseconds (1 or more); it doubles with every further one.
   * @defaultValue 1_000
   */
  readonly firstDelayMs?: number
  /**
   * Longest wait, in milliseconds; a server that asks for a longer one is given up.
   * @defaultValue 120_000
   */
  readonly maxDelayMs?: number
  /**
   * Numbers from 0 to below 1, which spread the waits of many callers.
   * @defaultValue Math.random
   */
  readonly random?: () => number
}

/** Tries again what may succeed later, and waits as long as the server asks for or twice as long as the last time. */
export function patientComplete(complete: Complete, options: PatientCompleteOptions): Complete {
  const { clock, maxAttempts = 6, firstDelayMs = 1_000, maxDelayMs = 120_000, random = Math.random } = options
  assertInteger('maxAttempts', maxAttempts, { min: 1, max: 100 })
  assertInteger('firstDelayMs', firstDelayMs, { min: 1, max: 3_600_000 })
  assertInteger('maxDelayMs', maxDelayMs, { min: 1, max: 24 * 3_600_000 })
  const waitOf = (error: unknown, attempt: number): number => {
    const failure = failureOf(error)
    if (!failure?.isRetryable) throw error
    const { retryAfterMs = 0 } = failure
    const reason = attempt === maxAttempts ? `the last of ${attempt} attempts` : tooLong(retryAfterMs, maxDelayMs)
    if (reason === undefined) {
      const backoffMs = firstDelayMs * 2 ** (attempt - 1) * (0.5 + random() / 2)
      return Math.min(maxDelayMs, Math.max(retryAfterMs, backoffMs))
    }
    // What was tried often enough is not tried again by callers.
    throw engineLost(`${(error as Error).message} (${reason})`, { ...failure, isRetryable: false }, error)
  }
  return async (messages, request) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await complete(messages, request)
      } catch (error) {
        request.signal?.throwIfAborted()
        await waited(clock, waitOf(error, attempt), request.signal)
      }
    }
  }
}

function tooLong(retryAfterMs: number, maxDelayMs: number): string | undefined {
  if (retryAfterMs <= maxDelayMs) return undefined
  return `it asks to wait ${Math.round(retryAfterMs / 1000)} seconds, which is too long`
}

async function waited(clock: Clock, milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await clock.sleep(milliseconds, signal)
  } catch (cause) {
    throw new SpeculationError('ERR_ABORTED', 'cancelled while waiting to try again', { cause })
  }
}
