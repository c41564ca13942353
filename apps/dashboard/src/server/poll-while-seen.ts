/** What is done again and again, and how often. */
export interface PollOptions {
  readonly everyMs: number
  /** One run of it; the next one begins `everyMs` after its end. It must not throw. */
  readonly run: () => Promise<void>
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
    await run()
    isRunning = false
    if (!signal.aborted) timer = setTimeout(turn, everyMs)
  }
  signal.addEventListener('abort', () => clearTimeout(timer))
  document.addEventListener('visibilitychange', turn, { signal })
  void turn()
}
