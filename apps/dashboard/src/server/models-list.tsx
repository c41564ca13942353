import type { ServiceState } from 'foretoken/serve-types'
import type { ReactElement } from 'react'
import { bytes, count } from '../parts/format.js'

type Model = ServiceState['models'][number]

/** The models, what state they are in, and who waits for them. */
export function ModelsList({ models }: Pick<ServiceState, 'models'>): ReactElement {
  return (
    <ul className="models">
      {models
        .filter(({ kind }) => kind === 'model')
        .map((model) => (
          <li key={model.id}>
            <span className="model-name">{model.id}</span>
            <span className="badge" data-state={model.state}>
              {model.state}
            </span>
            {model.pinned && <span className="badge">pinned</span>}
            <span className="model-load">
              {model.active} active · {model.queued} queued
            </span>
            <small>{factsOf(model)}</small>
            {model.failure !== undefined && <small className="model-failure">{model.failure}</small>}
          </li>
        ))}
    </ul>
  )
}

function factsOf({ facts }: Model): string {
  if (facts === undefined) return 'not loaded'
  const { engine, contextTokens, slots, memoryBytes, drafters } = facts
  return [
    engine,
    `${count(contextTokens)} tokens of context`,
    `${slots} at once`,
    memoryBytes > 0 ? bytes(memoryBytes) : 'elsewhere',
    drafters.length > 0 ? `drafters: ${drafters.join(', ')}` : 'no drafters',
  ].join(' · ')
}
