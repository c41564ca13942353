import { assertInteger } from '@foretoken/contract'
import type { Clock, Complete } from '../ports.js'

/** Ends every completion after so many milliseconds (1 or more); what was written by then is kept. */
export function timedComplete(complete: Complete, timeoutMs: number, clock: Clock): Complete {
  assertInteger('timeoutMs', timeoutMs, { min: 1, max: 24 * 3_600_000 })
  return async (messages, options) => {
    const late = new AbortController()
    const done = new AbortController()
    clock.sleep(timeoutMs, done.signal).then(
      () => late.abort(),
      () => {},
    )
    const signals = options.signal === undefined ? [late.signal] : [late.signal, options.signal]
    try {
      return await complete(messages, { ...options, signal: AbortSignal.any(signals) })
    } finally {
      done.abort()
    }
  }
}
