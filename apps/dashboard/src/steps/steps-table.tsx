import type { ServedStep } from 'foretoken/serve-types'
import { memo, type ReactElement, useState } from 'react'
import { drafterTitle, lookOf } from '../parts/drafter-look.js'
import { count, figure } from '../parts/format.js'

/** Properties of {@link StepsTable}. */
interface StepsTableProperties {
  readonly steps: readonly ServedStep[]
  readonly activeStep: number | undefined
  readonly onActiveStep: (step: number | undefined) => void
}

/** Rows that are shown before all are asked for. */
const FEW = 12

/** The steps in figures, the newest first. */
export function StepsTable({ steps, activeStep, onActiveStep }: StepsTableProperties): ReactElement {
  const [showsAll, setShowsAll] = useState(false)
  const shown = steps.slice(showsAll ? 0 : -FEW).reverse()
  return (
    <>
      <table className="steps-table">
        <thead>
          <tr>
            <th>Step</th>
            <th>Drafter</th>
            <th title="Tokens in the verified batch">Width</th>
            <th title="Accepted of drafted tokens">Accepted</th>
            <th title="Drafting and checking, in milliseconds">ms</th>
          </tr>
        </thead>
        <tbody onPointerLeave={() => onActiveStep(undefined)}>
          {shown.map((step) => (
            <StepRow key={step.index} step={step} isActive={step.index === activeStep} onActiveStep={onActiveStep} />
          ))}
        </tbody>
      </table>
      {steps.length > FEW && (
        <button type="button" className="link" onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? 'Show the last ones only' : `Show all ${count(steps.length)} steps`}
        </button>
      )}
    </>
  )
}

/** Properties of {@link StepRow}. */
interface StepRowProperties {
  readonly step: ServedStep
  readonly isActive: boolean
  readonly onActiveStep: (step: number | undefined) => void
}

const StepRow = memo(function StepRow({ step, isActive, onActiveStep }: StepRowProperties): ReactElement {
  const { index, drafter, width, batchWidth, draftedTokens, acceptedTokens, draftMs, verifyMs } = step
  return (
    <tr className={isActive ? 'is-active' : ''} onPointerEnter={() => onActiveStep(index)}>
      <td>{index + 1}</td>
      <td>
        {drafter === '' ? (
          <span className="faint">none</span>
        ) : (
          <span className="swatch" data-look={lookOf(drafter)}>
            {drafterTitle(drafter)}
          </span>
        )}
      </td>
      <td title={batchWidth > 0 ? `${batchWidth} more of other requests` : undefined}>{width}</td>
      <td>{draftedTokens === 0 ? <span className="faint">–</span> : `${acceptedTokens} of ${draftedTokens}`}</td>
      <td title={`drafting ${figure(draftMs)}, checking ${figure(verifyMs)}`}>{figure(draftMs + verifyMs)}</td>
    </tr>
  )
})
