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
 * Runs `call`, which may answer at once or later, for at most `timeoutMs`; the signal that it can ask for fires when the
 * time is up or the caller's signal fires. A later result or error is ignored. A call that blocks cannot be ended.
 *
 * What comes at once is passed on at once: with caches that a model has swept, each promise is felt.
 */
export function withDeadline<T>(
  call: (signal: () => AbortSignal) => T | PromiseLike<T>,
  { timeoutMs, signal }: Deadline,
): T | Promise<T> {
  const lazy = lazyController()
  const answer = call(lazy.signal)
  return isPromiseLike(answer) ? overtaken(answer, { timeoutMs, signal, abort: lazy.abort }) : answer
}

/** A controller that is made when somebody looks at its signal. */
function lazyController(): { readonly signal: () => AbortSignal; readonly abort: () => void } {
  let controller: AbortController | undefined
  let isAborted = false
  return {
    signal() {
      controller ??= new AbortController()
      if (isAborted) controller.abort()
      return controller.signal
    },
    abort() {
      isAborted = true
      controller?.abort()
    },
  }
}

async function overtaken<T>(
  answer: PromiseLike<T>,
  { timeoutMs, signal, abort }: Deadline & { readonly abort: () => void },
): Promise<T> {
  let end = (): void => {}
  const deadline = new Promise<never>((_, reject) => {
    const give = (reason: string) => {
      reject(new DeadlineError(reason))
      abort()
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
