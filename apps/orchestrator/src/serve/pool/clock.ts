/** Time as the pool sees it; a test hands in its own. */
export interface Clock {
  /** Milliseconds that never run backwards. */
  now(): number
  /** Calls once after so many milliseconds; the result takes that back. */
  after(milliseconds: number, call: () => void): () => void
}

/** The process's own time. A timer does not keep the process alive. */
export const processClock: Clock = {
  now: () => performance.now(),
  after(milliseconds, call) {
    const timer = setTimeout(call, milliseconds).unref()
    return () => clearTimeout(timer)
  },
}
