import { assertInteger } from '@foretoken/contract'
import type { Clock, Complete } from '../ports.js'

/** Begins at most so many completions a minute (1 or more), evenly spaced, in the order they were asked for. */
export function pacedComplete(complete: Complete, requestsPerMinute: number, clock: Clock): Complete {
  assertInteger('requestsPerMinute', requestsPerMinute, { min: 1, max: 1_000_000 })
  let nextMs = 0
  return async (messages, options) => {
    const startMs = Math.max(nextMs, clock.now())
    nextMs = startMs + 60_000 / requestsPerMinute
    const waitMs = startMs - clock.now()
    if (waitMs > 0) await clock.sleep(waitMs, options.signal)
    return complete(messages, options)
  }
}
