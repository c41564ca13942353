import { type ReactElement, useMemo } from 'react'
import type { Answer } from '../chat/answer.js'
import type { Turn } from '../chat/conversation.js'
import { Figures } from '../parts/figures.js'
import { count, duration, figure, percent, unknown } from '../parts/format.js'
import { goodputOf } from './answer-goodput.js'
import { RouteNote } from './route-note.js'
import { countSteps } from './step-counts.js'
import { StepsChart } from './steps-chart.js'
import { StepsTable } from './steps-table.js'

/** Properties of {@link AnswerSteps}. */
interface AnswerStepsProperties {
  readonly turn: Turn | undefined
  readonly activeStep: number | undefined
  readonly onActiveStep: (step: number | undefined) => void
}

/** What the steps of one answer cost and brought, while it is written and afterwards. */
export function AnswerSteps({ turn, activeStep, onActiveStep }: AnswerStepsProperties): ReactElement {
  if (turn === undefined) return <p className="empty">The steps of an answer are shown here while it is written.</p>
  const { answer } = turn
  const hasText = answer.pieces.length > 0 || answer.steps.length > 0
  return (
    <>
      {hasText && <AnswerFigures answer={answer} />}
      {answer.route && <RouteNote route={answer.route} />}
      {answer.steps.length === 0 ? (
        <p className="empty">{noStepsReason(answer)}</p>
      ) : (
        <>
          <StepsChart steps={answer.steps} activeStep={activeStep} onActiveStep={onActiveStep} />
          <StepsTable steps={answer.steps} activeStep={activeStep} onActiveStep={onActiveStep} />
        </>
      )}
    </>
  )
}

function noStepsReason({ status, pieces }: Answer): string {
  if (status === 'waiting') return 'The prompt is being read.'
  return pieces.length > 0 ? 'This engine does not speak of steps.' : 'There were no steps.'
}

function AnswerFigures({ answer }: { readonly answer: Answer }): ReactElement {
  const counts = useMemo(() => countSteps(answer.steps), [answer.steps])
  const { steps, tokens, tokensPerStep, acceptanceRate, draftedTokens, acceptedTokens } = counts
  const { promptTokens, completionTokens, firstMs, startedMs } = answer
  const hasSteps = steps > 0
  return (
    <Figures
      figures={[
        { title: 'Tokens a step', value: hasSteps ? figure(tokensPerStep) : unknown, hint: '1 without drafting' },
        { title: 'Goodput', value: figure(goodputOf(answer, counts)), hint: 'tokens/s' },
        {
          title: 'Accepted',
          value: draftedTokens === 0 ? unknown : percent(acceptanceRate),
          hint: `${count(acceptedTokens)} of ${count(draftedTokens)} drafted`,
        },
        {
          title: 'Tokens',
          value: count(hasSteps ? tokens : (completionTokens ?? 0)),
          hint: hasSteps ? `in ${count(steps)} steps` : '',
        },
        {
          title: 'First text',
          value: duration(firstMs === undefined ? undefined : firstMs - startedMs),
          hint: promptTokens === undefined ? '' : `prompt of ${count(promptTokens)} tokens`,
        },
      ]}
    />
  )
}
