import { SpeculationError } from '@foretoken/contract'

/** Waits this long; throws `ERR_ABORTED` when the caller cancels meanwhile. */
export async function waitFor(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const delay = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, delayMs)
  })
  try {
    await untilAborted(delay, signal)
  } finally {
    clearTimeout(timer)
  }
}

/** What a promise comes to, unless the caller cancels first: `ERR_ABORTED`. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  return new Promise((resolve, reject) => {
    const stop = (): void =>
      reject(new SpeculationError('ERR_ABORTED', 'the caller cancelled', { cause: signal.reason }))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
