import { AttemptFailure } from './attempt-failure.js'
import { backoffMs } from './backoff.js'
import type { UpstreamBases } from './upstream-bases.js'
import { waitFor } from './wait-for.js'

/** How often, and how long after a failure, a request is made again. */
export interface RetryOptions {
  readonly retries: number
  readonly firstDelayMs: number
  readonly longestDelayMs: number
  readonly signal: AbortSignal | undefined
}

/** Makes an attempt at one server, and others after it, elsewhere where that is possible, as long as nothing has come. */
export async function* retried<T>(
  bases: UpstreamBases,
  options: RetryOptions,
  attempt: (url: string) => AsyncGenerator<T, void>,
): AsyncGenerator<T, void> {
  const tried = new Set<string>()
  for (let failures = 1; ; failures++) {
    const outcome = yield* once(bases, tried, attempt)
    if (outcome === undefined) return
    const { failure, hasBegun } = outcome
    if (hasBegun || !failure.verdict.mayPass || failures > options.retries) throw failure.error
    if (!bases.hasOther(tried)) await pause(failure, failures, options)
  }
}

async function* once<T>(
  bases: UpstreamBases,
  tried: Set<string>,
  attempt: (url: string) => AsyncGenerator<T, void>,
): AsyncGenerator<T, { readonly failure: AttemptFailure; readonly hasBegun: boolean } | undefined> {
  using lease = bases.lease(tried)
  tried.add(lease.url)
  let hasBegun = false
  try {
    for await (const value of attempt(lease.url)) {
      if (!hasBegun) lease.succeed()
      hasBegun = true
      yield value
    }
    return undefined
  } catch (failure) {
    if (!(failure instanceof AttemptFailure)) throw failure
    if (failure.verdict.isFault) lease.fail(failure.message)
    return { failure, hasBegun }
  }
}

/** Waits as long as the server asks; throws its failure where that is too long. */
async function pause({ error, verdict }: AttemptFailure, failures: number, options: RetryOptions): Promise<void> {
  const { firstDelayMs, longestDelayMs, signal } = options
  const delayMs = verdict.retryAfterMs ?? backoffMs(failures, { firstMs: firstDelayMs, longestMs: longestDelayMs })
  if (delayMs > longestDelayMs) throw error
  await waitFor(delayMs, signal)
}
