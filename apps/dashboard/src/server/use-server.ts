import type { ServiceState } from 'foretoken/serve-types'
import { useEffect, useState } from 'react'
import type { Failure } from '../api/failure.js'
import { withMeasurement } from './goodput-history.js'
import { readModelIds, readState } from './read-server.js'
import { usePolled } from './use-polled.js'

/** What the page knows of its server. */
export interface Server {
  /** Names that a request can have as `model`. */
  readonly modelIds: readonly string[]
  readonly state?: ServiceState
  /** Goodput of the last minute, newest last. */
  readonly goodputs: readonly number[]
  /** Why nothing newer is known. */
  readonly failure?: Failure
}

/** Asks the server once a second how it is while the page is seen, and now and then what models it has. */
export function useServer(key: string): Server {
  const { value: state, failure } = usePolled({ path: 'api/state', key, everyMs: 1_000, read: readState })
  const { value: modelIds = [] } = usePolled({ path: 'v1/models', key, everyMs: 15_000, read: readModelIds })
  const [goodputs, setGoodputs] = useState<readonly number[]>([])
  useEffect(() => {
    if (state) setGoodputs((history) => withMeasurement(history, state.goodput))
  }, [state])
  return { modelIds, goodputs, ...(state && { state }), ...(failure && { failure }) }
}
