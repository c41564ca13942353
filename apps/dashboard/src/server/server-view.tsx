import type { ServiceState } from 'foretoken/serve-types'
import type { ReactElement } from 'react'
import { Figures } from '../parts/figures.js'
import { count, figure, percent, timeOfDay, unknown } from '../parts/format.js'
import { DraftersTable } from './drafters-table.js'
import { linePoints } from './goodput-history.js'
import { MemoryBar } from './memory-bar.js'
import { ModelsList } from './models-list.js'
import type { Server } from './use-server.js'

/** How the server is: its speed, drafters, models and memory. */
export function ServerView({ server }: { readonly server: Server }): ReactElement {
  const { state, goodputs } = server
  if (state === undefined) return <p className="empty">Nothing is known of the server yet.</p>
  return (
    <>
      <ServerFigures state={state} />
      <svg
        className="goodput-line"
        viewBox="0 0 100 30"
        preserveAspectRatio="none"
        role="img"
        aria-label="Goodput of the last minute"
      >
        <polyline points={linePoints(goodputs)} />
      </svg>
      <p className="caption">Goodput of the last minute</p>
      <DraftersTable drafters={state.drafters} />
      <h2>Models</h2>
      <MemoryBar memory={state.memory} models={state.models} />
      <ModelsList models={state.models} />
      <Evictions evictions={state.evictions} />
    </>
  )
}

function ServerFigures({ state }: { readonly state: ServiceState }): ReactElement {
  const { goodput, tokens, steps, drafters } = state
  const all = Object.values(drafters)
  const drafted = all.reduce((sum, one) => sum + one.drafted, 0)
  const accepted = all.reduce((sum, one) => sum + one.accepted, 0)
  return (
    <Figures
      figures={[
        { title: 'Goodput', value: figure(goodput), hint: 'tokens/s, last ten seconds' },
        {
          title: 'Tokens a step',
          value: steps > 0 ? figure(tokens / steps) : unknown,
          hint: `${count(tokens)} tokens since the start`,
        },
        {
          title: 'Accepted',
          value: drafted > 0 ? percent(accepted / drafted) : unknown,
          hint: `${count(accepted)} of ${count(drafted)} drafted`,
        },
      ]}
    />
  )
}

function Evictions({ evictions }: Pick<ServiceState, 'evictions'>): ReactElement {
  return (
    <>
      <h2>Evictions</h2>
      {evictions.length === 0 ? (
        <p className="empty">No model had to go.</p>
      ) : (
        <ul className="evictions">
          {evictions.map(({ model, reason, at }) => (
            <li key={`${model} ${at}`}>
              <time dateTime={at}>{timeOfDay(at)}</time> <strong>{model}</strong> {reason}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
