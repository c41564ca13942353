import { type ReactElement, useState } from 'react'
import { ChatView } from './chat/chat-view.js'
import { useChat } from './chat/use-chat.js'
import { PageHeader } from './page-header.js'
import { FailureNote } from './parts/failure-note.js'
import { useServer } from './server/use-server.js'
import { chatBody } from './settings/settings.js'
import { SettingsForm } from './settings/settings-form.js'
import { useApiKey, useSettings } from './settings/use-settings.js'
import { SidePanel, type SideView } from './side-panel.js'

/** What of the page is seen where there is no room for all of it. */
export type PageView = 'chat' | SideView

/** The whole page. */
export function Page(): ReactElement {
  const [key, setKey] = useApiKey()
  const server = useServer(key)
  const { settings, drafters, change } = useSettings(server)
  const [showsSettings, setShowsSettings] = useState(false)
  const [view, setView] = useState<PageView>('chat')
  return (
    <div className="page" data-view={view}>
      <PageHeader
        model={settings.model}
        server={server}
        view={view}
        showsSettings={showsSettings}
        onModel={(model) => change({ ...settings, model })}
        onView={setView}
        onSettings={() => setShowsSettings(!showsSettings)}
      />
      {server.failure && <FailureNote failure={server.failure} />}
      {(showsSettings || server.failure?.needsKey) && (
        <SettingsForm
          settings={settings}
          apiKey={key}
          drafters={drafters}
          onChange={change}
          onApiKey={setKey}
          onClose={() => setShowsSettings(false)}
        />
      )}
      <Columns {...{ apiKey: key, server, settings, drafters, view }} onView={setView} />
    </div>
  )
}

/** Properties of {@link Columns}. */
interface ColumnsProperties {
  readonly apiKey: string
  readonly server: ReturnType<typeof useServer>
  readonly settings: ReturnType<typeof useSettings>['settings']
  readonly drafters: readonly string[]
  readonly view: PageView
  readonly onView: (view: PageView) => void
}

/** The conversation, and the figures beside it; what is looked at in one is marked in the other. */
function Columns({ apiKey, server, settings, drafters, view, onView }: ColumnsProperties): ReactElement {
  const [selected, setSelected] = useState<number>()
  const [activeStep, setActiveStep] = useState<number>()
  const { model, system } = settings
  const chat = useChat({ key: apiKey, model, system, bodyOf: (messages) => chatBody(settings, messages, drafters) })
  const turn = chat.turns.find(({ id }) => id === selected) ?? chat.turns.at(-1)
  const select = (id: number | undefined): void => {
    setSelected(id)
    setActiveStep(undefined)
  }
  return (
    <main className="columns">
      <ChatView
        chat={chat}
        models={server.state?.models ?? []}
        canAsk={model !== ''}
        selected={turn?.id}
        activeStep={activeStep}
        onSelect={select}
        onActiveStep={setActiveStep}
        onSteps={() => onView('steps')}
      />
      <SidePanel
        view={view === 'chat' ? 'steps' : view}
        onView={onView}
        {...{ server, apiKey, turn, activeStep }}
        onActiveStep={setActiveStep}
      />
    </main>
  )
}
