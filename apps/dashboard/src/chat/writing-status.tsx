import type { ReactElement } from 'react'
import { figure } from '../parts/format.js'
import { countSteps } from '../steps/step-counts.js'
import type { Answer } from './answer.js'

/** Tells those who hear the page when an answer begins, and how it ended: not each token of it. */
export function WritingStatus({ answer }: { readonly answer: Answer | undefined }): ReactElement {
  return (
    <p className="unseen" aria-live="polite">
      {answer === undefined ? '' : statusOf(answer)}
    </p>
  )
}

function statusOf(answer: Answer): string {
  switch (answer.status) {
    case 'waiting':
      return 'The answer is waited for.'
    case 'streaming':
      return 'The answer is being written.'
    case 'stopped':
      return 'Stopped.'
    case 'failed':
      return 'The answer failed.'
    case 'complete': {
      const { steps, tokens, tokensPerStep } = countSteps(answer.steps)
      const speed = steps === 0 ? '' : ` ${tokens} tokens, ${figure(tokensPerStep)} in each step.`
      return `The answer is complete.${speed}`
    }
  }
}
