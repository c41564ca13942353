/** What ends a call early. */
export interface Deadline {
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}

/** Thrown when a call took longer than its deadline, or was overtaken by the caller's signal. */
export class DeadlineError extends Error {
  override readonly name: string = 'DeadlineError'
}

/**
 * Runs `call`, which may answer at once or later, for at most `timeoutMs`; the signal it gets fires when the time is
 * up or the caller's signal fires. A later result or error is ignored. A call that blocks cannot be ended.
 */
export async function withDeadline<T>(
  call: (signal: AbortSignal) => T | PromiseLike<T>,
  { timeoutMs, signal }: Deadline,
): Promise<T> {
  const controller = new AbortController()
  const answer = call(controller.signal)
  return isPromiseLike(answer) ? overtaken(answer, { timeoutMs, signal, controller }) : answer
}

async function overtaken<T>(
  answer: PromiseLike<T>,
  { timeoutMs, signal, controller }: Deadline & { readonly controller: AbortController },
): Promise<T> {
  let end = (): void => {}
  const deadline = new Promise<never>((_, reject) => {
    const give = (reason: string) => {
      reject(new DeadlineError(reason))
      controller.abort()
    }
    const onTime = () => give(`took longer than ${timeoutMs} ms`)
    const onAbort = () => give('was cancelled')
    const timer = setTimeout(onTime, timeoutMs)
    signal?.addEventListener('abort', onAbort, { once: true })
    end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
  })
  try {
    return await Promise.race([answer, deadline])
  } finally {
    end()
  }
}

function isPromiseLike<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as PromiseLike<T> | undefined)?.then === 'function'
}
