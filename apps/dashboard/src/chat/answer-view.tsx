import type { ServiceState } from 'foretoken/serve-types'
import { type ReactElement, useMemo } from 'react'
import { FailureNote } from '../parts/failure-note.js'
import { countSteps } from '../steps/step-counts.js'
import { type Answer, isOpen } from './answer.js'
import { AnswerText } from './answer-text.js'
import { CopyButton } from './copy-button.js'
import { Legend } from './legend.js'
import { waitingText } from './waiting-text.js'

/** Properties of {@link AnswerView}. */
interface AnswerViewProperties {
  readonly answer: Answer
  /** What the server says of its models. */
  readonly models: ServiceState['models']
  readonly activeStep: number | undefined
  readonly onActiveStep: (step: number | undefined) => void
  readonly onSteps: () => void
  /** Has it answered anew; absent where that is not possible. */
  readonly onAgain?: () => void
}

/** An answer: its text, who made how much of it, and how it ended. */
export function AnswerView(properties: AnswerViewProperties): ReactElement {
  const { answer, models, activeStep, onActiveStep, onSteps, onAgain } = properties
  const { status, failure, notDrafted, steps, finish } = answer
  const counts = useMemo(() => countSteps(steps), [steps])
  return (
    <div className="answer" data-status={status} aria-busy={isOpen(answer)}>
      {status === 'waiting' ? (
        <p className="waiting">
          <span className="waiting-dots" aria-hidden="true" /> {waitingText(answer.model, models)}
        </p>
      ) : (
        <AnswerText answer={answer} activeStep={activeStep} onActiveStep={onActiveStep} />
      )}
      {failure && <FailureNote failure={failure} />}
      {status !== 'waiting' && (
        <footer className="answer-footer">
          <Legend counts={counts} completionTokens={answer.completionTokens} />
          {status === 'stopped' && <span className="note">stopped</span>}
          {finish === 'length' && <span className="note">cut at the most tokens that were allowed</span>}
          {failure === undefined && !isOpen(answer) && <span className="note">{answeredBy(answer)}</span>}
          {notDrafted !== undefined && <span className="note">nothing drafted: {notDrafted}</span>}
          <span className="answer-actions">
            {steps.length > 0 && (
              <button type="button" className="link" onClick={onSteps}>
                Steps
              </button>
            )}
            {!isOpen(answer) && answer.pieces.length > 0 && <CopyButton answer={answer} />}
            {onAgain && (
              <button type="button" className="link" onClick={onAgain}>
                Regenerate
              </button>
            )}
          </span>
        </footer>
      )}
    </div>
  )
}

function answeredBy({ model, route, seed }: Answer): string {
  return [model, route?.role, seed === undefined ? undefined : `seed ${seed}`].filter(Boolean).join(' · ')
}
