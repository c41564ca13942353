import type { ServiceState } from 'foretoken/serve-types'
import type { ReactElement } from 'react'
import { drafterTitle, lookOf } from '../parts/drafter-look.js'
import { count, percent, unknown } from '../parts/format.js'

/** What each drafter brought since the start of the server. */
export function DraftersTable({ drafters }: Pick<ServiceState, 'drafters'>): ReactElement {
  const rows = Object.entries(drafters)
  if (rows.length === 0) return <p className="empty">Nothing has been drafted yet.</p>
  return (
    <table>
      <thead>
        <tr>
          <th>Drafter</th>
          <th>Drafted</th>
          <th>Accepted</th>
          <th>Share</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([drafter, { drafted, accepted }]) => (
          <tr key={drafter}>
            <td>
              <span className="swatch" data-look={lookOf(drafter)}>
                {drafterTitle(drafter)}
              </span>
            </td>
            <td>{count(drafted)}</td>
            <td>{count(accepted)}</td>
            <td>{drafted === 0 ? unknown : percent(accepted / drafted)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
