/** How many times as long a failure is waited after. */
const AFTER_FAILURE = 3

/** What is done again and again, and how often. */
export interface PollOptions {
  readonly everyMs: number
  /** One run of it; the next one begins `everyMs` after its end, or later where it says that it failed. It must not throw. */
  readonly run: () => Promise<boolean>
  readonly signal: AbortSignal
}

/** Runs at once and again and again, but only while the page is seen; when it is seen again, at once. */
export function pollWhileSeen({ everyMs, run, signal }: PollOptions): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let isRunning = false
  const turn = async (): Promise<void> => {
    clearTimeout(timer)
    if (isRunning || document.visibilityState !== 'visible') return
    isRunning = true
    const isGood = await run()
    isRunning = false
    if (!signal.aborted) timer = setTimeout(turn, isGood ? everyMs : AFTER_FAILURE * everyMs)
  }
  signal.addEventListener('abort', () => clearTimeout(timer))
  document.addEventListener('visibilitychange', turn, { signal })
  void turn()
}
