import type { ReactElement } from 'react'
import type { PageView } from './page.js'
import { figure } from './parts/format.js'
import type { Server } from './server/use-server.js'
import { ModelPicker } from './settings/model-picker.js'

/** Properties of {@link PageHeader}. */
interface PageHeaderProperties {
  readonly model: string
  readonly server: Server
  readonly view: PageView
  readonly showsSettings: boolean
  readonly onModel: (model: string) => void
  readonly onView: (view: PageView) => void
  readonly onSettings: () => void
}

const views: readonly { readonly id: PageView; readonly title: string }[] = [
  { id: 'chat', title: 'Chat' },
  { id: 'steps', title: 'Steps' },
  { id: 'server', title: 'Server' },
  { id: 'requests', title: 'Requests' },
]

/** The line at the top: which model answers, how fast the server is now, and the settings. */
export function PageHeader(properties: PageHeaderProperties): ReactElement {
  const { model, server, view, showsSettings } = properties
  const { modelIds, state, failure } = server
  return (
    <header className="header">
      <h1 className="brand">
        <span className="brand-mark" aria-hidden="true" />
        Foretoken
      </h1>
      <ModelPicker model={model} modelIds={modelIds} models={state?.models ?? []} onModel={properties.onModel} />
      <span className="pulse" data-state={failure ? 'down' : 'up'} title="Committed tokens a second, all requests">
        <span className="pulse-dot" aria-hidden="true" />
        {pulseOf(server)}
      </span>
      <button type="button" className="quiet" aria-expanded={showsSettings} onClick={properties.onSettings}>
        Settings
      </button>
      <nav className="phone-views" aria-label="Views">
        {views.map(({ id, title }) => (
          <button
            key={id}
            type="button"
            aria-current={view === id ? 'page' : undefined}
            onClick={() => properties.onView(id)}
          >
            {title}
          </button>
        ))}
      </nav>
    </header>
  )
}

function pulseOf({ state, failure }: Server): string {
  if (failure?.needsKey) return 'needs a key'
  return failure ? 'no answer' : `${figure(state?.goodput)} tokens/s`
}
