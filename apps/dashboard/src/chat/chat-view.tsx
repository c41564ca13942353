import type { ServiceState } from 'foretoken/serve-types'
import type { ReactElement } from 'react'
import { AnswerView } from './answer-view.js'
import { Composer } from './composer.js'
import { useAutoScroll } from './use-auto-scroll.js'
import type { Chat } from './use-chat.js'
import { WritingStatus } from './writing-status.js'

/** Properties of {@link ChatView}. */
interface ChatViewProperties {
  readonly chat: Chat
  readonly models: ServiceState['models']
  /** Whether there is a model to ask. */
  readonly canAsk: boolean
  /** Turn whose steps are shown. */
  readonly selected: number | undefined
  readonly activeStep: number | undefined
  readonly onSelect: (turn: number | undefined) => void
  readonly onActiveStep: (step: number | undefined) => void
  /** The steps of the selected turn are wanted. */
  readonly onSteps: () => void
}

/** The conversation, and where the next turn of it is written. */
export function ChatView(properties: ChatViewProperties): ReactElement {
  const { chat, models, canAsk, selected, activeStep, onSelect, onActiveStep, onSteps } = properties
  const last = chat.turns.at(-1)
  const end = useAutoScroll(chat.turns, last?.id)
  return (
    <section className="chat" aria-label="Conversation">
      <div className="turns" ref={end}>
        {chat.turns.length === 0 && <Welcome />}
        {chat.turns.map((turn) => (
          <article key={turn.id} className="turn" data-selected={turn.id === selected}>
            <p className="prompt">{turn.prompt}</p>
            <AnswerView
              answer={turn.answer}
              models={models}
              activeStep={turn.id === selected ? activeStep : undefined}
              onActiveStep={(step) => {
                if (step !== undefined) onSelect(turn.id)
                onActiveStep(step)
              }}
              onSteps={() => {
                onSelect(turn.id)
                onSteps()
              }}
              {...(turn === last && !chat.isBusy && { onAgain: chat.askAgain })}
            />
          </article>
        ))}
      </div>
      <WritingStatus answer={last?.answer} />
      <Composer
        canAsk={canAsk}
        isBusy={chat.isBusy}
        onStop={chat.stop}
        {...(last && { onClear: chat.clear })}
        onAsk={(prompt) => {
          onSelect(undefined)
          chat.ask(prompt)
        }}
      />
    </section>
  )
}

function Welcome(): ReactElement {
  return (
    <div className="welcome">
      <h2>Ask something</h2>
      <p>
        Drafters guess the next tokens, the model checks each guess in one evaluation. What a drafter guessed right is
        coloured; the text is the same as without drafting.
      </p>
      <p>
        Drafts pay where text repeats: try <q>Write the numbers from one to twenty, twice</q>, or paste a text and ask
        for a small change.
      </p>
    </div>
  )
}
