import type { RequestRecord } from 'foretoken/serve-types'
import { type ReactElement, useState } from 'react'
import { FailureNote } from '../parts/failure-note.js'
import { count, figure, percent, timeOfDay, unknown } from '../parts/format.js'
import { readRequests } from './read-server.js'
import { TraceDialog } from './trace-dialog.js'
import { usePolled } from './use-polled.js'

/** Properties of {@link RequestsView}. */
interface RequestsViewProperties {
  readonly apiKey: string
  /** A change of it fetches at once. */
  readonly cause: unknown
}

/** The last requests, whoever made them with this key; each opens its trace. */
export function RequestsView({ apiKey, cause }: RequestsViewProperties): ReactElement {
  const [opened, setOpened] = useState<string>()
  const path = 'api/requests?limit=50'
  const { value: requests, failure } = usePolled({ path, key: apiKey, everyMs: 3_000, read: readRequests, cause })
  if (failure) return <FailureNote failure={failure} />
  if (requests === undefined) return <p className="empty">The requests are being fetched.</p>
  if (requests.length === 0) return <p className="empty">There were no requests yet.</p>
  return (
    <>
      <ul className="requests">
        {requests.map((request) => (
          <li key={request.id}>
            <button type="button" onClick={() => setOpened(request.id)}>
              <span className="request-model">{request.model}</span>
              <span className="request-finish" data-finish={request.finish}>
                {request.finish}
              </span>
              <time dateTime={request.startedAt}>{timeOfDay(request.startedAt)}</time>
              <small>{summaryOf(request)}</small>
            </button>
          </li>
        ))}
      </ul>
      {opened !== undefined && <TraceDialog id={opened} apiKey={apiKey} onClose={() => setOpened(undefined)} />}
    </>
  )
}

function summaryOf(request: RequestRecord): string {
  const { completionTokens, steps, draftedTokens, acceptedTokens, generateMs } = request
  const speed = generateMs > 0 ? (completionTokens / generateMs) * 1_000 : undefined
  return [
    `${count(completionTokens)} tokens`,
    `${steps > 0 ? figure(completionTokens / steps) : unknown} a step`,
    `${figure(speed)} tokens/s`,
    draftedTokens > 0
      ? `${percent(acceptedTokens / draftedTokens)} of ${count(draftedTokens)} drafted accepted`
      : 'nothing drafted',
  ].join(' · ')
}
