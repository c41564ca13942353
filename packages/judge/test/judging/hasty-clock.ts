import type { Clock } from '@foretoken/judge'

/** A clock whose waits pass at once and are written down; a wait of a minute or longer ends only when it is cancelled. */
export interface HastyClock extends Clock {
  readonly waits: readonly number[]
}

/** A clock for tests: nothing waits. */
export function hastyClock(): HastyClock {
  const waits: number[] = []
  let now = Date.parse('2026-01-01T00:00:00Z')
  return {
    waits,
    now: () => now,
    sleep(milliseconds, signal) {
      if (milliseconds >= 60_000) {
        return new Promise((_, reject) =>
          signal?.addEventListener('abort', () => reject(signal.reason), { once: true }),
        )
      }
      waits.push(milliseconds)
      now += milliseconds
      return Promise.resolve()
    },
  }
}
