import { useEffect, useState } from 'react'
import { type Failure, unreadable } from '../api/failure.js'
import { fetchJson } from '../api/fetch-api.js'
import { ServerError } from '../api/server-error.js'
import { pollWhileSeen } from './poll-while-seen.js'

/** What was fetched last, and what went wrong since. */
export interface Polled<Value> {
  readonly value?: Value
  readonly failure?: Failure
}

/** What is fetched, how often, and with which key. */
export interface PolledOptions<Value> {
  readonly path: string
  readonly key: string
  readonly everyMs: number
  /** Must be the same function each time. */
  readonly read: (json: unknown) => Value
  /** A change fetches at once. */
  readonly cause?: unknown
}

/** Fetches again and again while the page is seen; one fetch at a time. */
export function usePolled<Value>({ path, key, everyMs, read, cause }: PolledOptions<Value>): Polled<Value> {
  const [polled, setPolled] = useState<Polled<Value>>({})
  // biome-ignore lint/correctness/useExhaustiveDependencies: `cause` is there to fetch at once
  useEffect(() => {
    const controller = new AbortController()
    const { signal } = controller
    const run = async (): Promise<boolean> => {
      try {
        const value = await fetchJson(path, { key, signal }, read)
        setPolled({ value })
        return true
      } catch (error) {
        if (signal.aborted) return false
        const failure = error instanceof ServerError ? error.failure : unreadable
        setPolled(({ value }) => ({ ...(value !== undefined && { value }), failure }))
        return false
      }
    }
    pollWhileSeen({ everyMs, run, signal })
    return () => controller.abort()
  }, [path, key, everyMs, read, cause])
  return polled
}
