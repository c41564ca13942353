import type { ReactElement } from 'react'
import type { Turn } from './chat/conversation.js'
import { RequestsView } from './server/requests-view.js'
import { ServerView } from './server/server-view.js'
import type { Server } from './server/use-server.js'
import { AnswerSteps } from './steps/answer-steps.js'

/** What the panel beside the conversation can show. */
export type SideView = 'steps' | 'server' | 'requests'

/** Properties of {@link SidePanel}. */
interface SidePanelProperties {
  readonly view: SideView
  readonly onView: (view: SideView) => void
  readonly server: Server
  readonly apiKey: string
  /** Turn whose steps are shown. */
  readonly turn: Turn | undefined
  readonly activeStep: number | undefined
  readonly onActiveStep: (step: number | undefined) => void
}

const tabs: readonly { readonly id: SideView; readonly title: string }[] = [
  { id: 'steps', title: 'This answer' },
  { id: 'server', title: 'Server' },
  { id: 'requests', title: 'Requests' },
]

/** The figures: of an answer, of the server, of the last requests. */
export function SidePanel(properties: SidePanelProperties): ReactElement {
  const { view, onView, server, apiKey, turn, activeStep, onActiveStep } = properties
  return (
    <aside className="panel" aria-label="Figures">
      <div className="tabs">
        {tabs.map(({ id, title }) => (
          <button key={id} type="button" aria-pressed={view === id} onClick={() => onView(id)}>
            {title}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without it, not every browser lets keys scroll it */}
      <section className="panel-body" aria-label={tabs.find(({ id }) => id === view)?.title} tabIndex={0}>
        {view === 'steps' && <AnswerSteps turn={turn} activeStep={activeStep} onActiveStep={onActiveStep} />}
        {view === 'server' && <ServerView server={server} />}
        {view === 'requests' && <RequestsView apiKey={apiKey} cause={turn?.answer.status} />}
      </section>
    </aside>
  )
}
