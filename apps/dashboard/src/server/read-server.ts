import type { RequestRecord, RequestTrace, ServiceState } from 'foretoken/serve-types'

/** Reads the answer of `/api/state`; throws where it has another form. */
export function readState(json: unknown): ServiceState {
  const state = json as ServiceState
  if (!Array.isArray(state?.models) || typeof state.goodput !== 'number') throw new TypeError('no state')
  return state
}

/** Reads the answer of `/api/requests`. */
export function readRequests(json: unknown): readonly RequestRecord[] {
  const { requests } = json as { requests?: unknown }
  if (!Array.isArray(requests)) throw new TypeError('no requests')
  return requests
}

/** Reads the answer of `/api/requests/:id`. */
export function readTrace(json: unknown): RequestTrace {
  const trace = json as RequestTrace
  if (!Array.isArray(trace?.trace)) throw new TypeError('no trace')
  return trace
}

/** Reads the names of `/v1/models`. */
export function readModelIds(json: unknown): readonly string[] {
  const { data } = json as { data?: unknown }
  if (!Array.isArray(data)) throw new TypeError('no models')
  return data.map(({ id }: { id: unknown }) => String(id))
}
