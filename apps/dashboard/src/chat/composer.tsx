import { type KeyboardEvent, type ReactElement, useRef, useState } from 'react'

/** Properties of {@link Composer}. */
interface ComposerProperties {
  readonly canAsk: boolean
  /** Whether an answer is being written. */
  readonly isBusy: boolean
  readonly onAsk: (prompt: string) => void
  readonly onStop: () => void
  /** Begins a new conversation; absent where there is nothing to leave behind. */
  readonly onClear?: () => void
}

/** Where a prompt is written. */
export function Composer({ canAsk, isBusy, onAsk, onStop, onClear }: ComposerProperties): ReactElement {
  const [prompt, setPrompt] = useState('')
  const field = useRef<HTMLTextAreaElement>(null)
  const isReady = canAsk && !isBusy && prompt.trim() !== ''
  const ask = (): void => {
    if (!isReady) return
    setPrompt('')
    onAsk(prompt)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && isBusy) onStop()
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    ask()
  }
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault()
        ask()
      }}
    >
      <textarea
        ref={field}
        rows={2}
        aria-label="Prompt"
        value={prompt}
        placeholder="Write to the model"
        title="Enter sends, Shift+Enter begins a new line, Escape stops"
        onChange={({ target }) => setPrompt(target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="composer-actions">
        {onClear && (
          <button
            type="button"
            className="quiet"
            onClick={() => {
              onClear()
              field.current?.focus()
            }}
          >
            New
          </button>
        )}
        {isBusy ? (
          <button type="button" className="stop" onClick={onStop}>
            Stop
          </button>
        ) : (
          <button type="submit" className="send" disabled={!isReady}>
            Send
          </button>
        )}
      </div>
    </form>
  )
}
