import type { Clock } from '../src/serve/pool/clock.js'

/** Time that passes when it is told to. */
export interface ManualClock extends Clock {
  /** Lets time pass; what falls due is called in order. */
  advance(milliseconds: number): void
}

export function manualClock(): ManualClock {
  let now = 0
  const timers = new Set<{ readonly at: number; readonly call: () => void }>()
  return {
    now: () => now,
    after(milliseconds, call) {
      const timer = { at: now + milliseconds, call }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    advance(milliseconds) {
      const end = now + milliseconds
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).toSorted((one, other) => one.at - other.at)
        if (next === undefined) break
        timers.delete(next)
        now = next.at
        next.call()
      }
      now = end
    },
  }
}
