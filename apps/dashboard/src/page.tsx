import type { ReactElement } from 'react'
import { useState } from 'react'
import { ChatView } from './chat/chat-view.js'
import { useChat } from './chat/use-chat.js'
import { PageHeader } from './page-header.js'
import { FailureNote } from './parts/failure-note.js'
import { useServer } from './server/use-server.js'
import { chatBody, defaultSettings, type Settings } from './settings/settings.js'
import { SettingsForm } from './settings/settings-form.js'
import { storedKey, storeKey } from './settings/stored-key.js'
import { SidePanel, type SideView } from './side-panel.js'

/** What of the page is seen where there is no room for all of it. */
export type PageView = 'chat' | SideView

/** The whole page. */
export function Page(): ReactElement {
  const [key, setKey] = useState(storedKey)
  const [settings, setSettings] = useState<Settings>(defaultSettings)
  const [showsSettings, setShowsSettings] = useState(false)
  const [view, setView] = useState<PageView>('chat')
  const [selected, setSelected] = useState<number>()
  const [activeStep, setActiveStep] = useState<number>()
  const server = useServer(key)
  const model = settings.model === '' ? (server.modelIds[0] ?? '') : settings.model
  const drafters = server.state?.models.find(({ id }) => id === model)?.facts?.drafters ?? []
  const chat = useChat({
    key,
    model,
    system: settings.system,
    bodyOf: (messages) => chatBody({ ...settings, model }, messages, drafters),
  })
  const turn = chat.turns.find(({ id }) => id === selected) ?? chat.turns.at(-1)
  const select = (id: number | undefined): void => {
    setSelected(id)
    setActiveStep(undefined)
  }
  const changeKey = (next: string): void => {
    storeKey(next)
    setKey(next)
  }
  return (
    <div className="page" data-view={view}>
      <PageHeader
        model={model}
        modelIds={server.modelIds}
        models={server.state?.models ?? []}
        goodput={server.state?.goodput}
        isReachable={server.failure === undefined}
        view={view}
        showsSettings={showsSettings}
        onModel={(next) => setSettings({ ...settings, model: next })}
        onView={setView}
        onSettings={() => setShowsSettings(!showsSettings)}
      />
      {server.failure && <FailureNote failure={server.failure} />}
      {(showsSettings || server.failure?.needsKey) && (
        <SettingsForm
          settings={settings}
          apiKey={key}
          drafters={drafters}
          onChange={setSettings}
          onApiKey={changeKey}
          onClose={() => setShowsSettings(false)}
        />
      )}
      <main className="columns">
        <ChatView
          chat={chat}
          canAsk={model !== ''}
          selected={turn?.id}
          activeStep={activeStep}
          onSelect={select}
          onActiveStep={setActiveStep}
          onSteps={() => setView('steps')}
        />
        <SidePanel
          view={view === 'chat' ? 'steps' : view}
          onView={setView}
          server={server}
          apiKey={key}
          turn={turn}
          activeStep={activeStep}
          onActiveStep={setActiveStep}
        />
      </main>
    </div>
  )
}
