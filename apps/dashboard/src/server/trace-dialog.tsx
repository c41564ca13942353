import type { RequestTrace } from 'foretoken/serve-types'
import { type ReactElement, useEffect, useRef, useState } from 'react'
import { FailureNote } from '../parts/failure-note.js'
import { Figures } from '../parts/figures.js'
import { count, duration, figure, percent, unknown } from '../parts/format.js'
import { RouteNote } from '../steps/route-note.js'
import { StepsChart } from '../steps/steps-chart.js'
import { StepsTable } from '../steps/steps-table.js'
import { TracedText } from '../steps/traced-text.js'
import { readTrace } from './read-server.js'
import { usePolled } from './use-polled.js'

/** Properties of {@link TraceDialog}. */
interface TraceDialogProperties {
  readonly id: string
  readonly apiKey: string
  readonly onClose: () => void
}

/** A request with each of its steps. */
export function TraceDialog({ id, apiKey, onClose }: TraceDialogProperties): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null)
  const [activeStep, setActiveStep] = useState<number>()
  const path = `api/requests/${encodeURIComponent(id)}`
  const { value: trace, failure } = usePolled({ path, key: apiKey, everyMs: 3_000, read: readTrace })
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  return (
    <dialog ref={dialog} className="trace" aria-label="Trace of a request" onClose={onClose}>
      <header>
        <h2>
          Request <code>{id}</code>
        </h2>
        <button type="button" className="quiet" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </header>
      {failure && <FailureNote failure={failure} />}
      {trace && (
        <>
          <TraceFigures trace={trace} />
          <RouteNote route={trace.route} />
          <TracedText steps={trace.trace} activeStep={activeStep} />
          {trace.error !== undefined && <p className="model-failure">{trace.error}</p>}
          {trace.trace.length > 0 && (
            <>
              <StepsChart steps={trace.trace} activeStep={activeStep} onActiveStep={setActiveStep} />
              <StepsTable steps={trace.trace} activeStep={activeStep} onActiveStep={setActiveStep} />
            </>
          )}
          {trace.droppedSteps > 0 && <p className="caption">{count(trace.droppedSteps)} later steps were not kept.</p>}
        </>
      )}
    </dialog>
  )
}

function TraceFigures({ trace }: { readonly trace: RequestTrace }): ReactElement {
  const { completionTokens, steps, draftedTokens, acceptedTokens, generateMs, queueMs, promptMs } = trace
  return (
    <Figures
      figures={[
        { title: 'Model', value: trace.model, hint: trace.route.role ?? '' },
        {
          title: 'Tokens a step',
          value: steps > 0 ? figure(completionTokens / steps) : unknown,
          hint: `${count(steps)} steps`,
        },
        {
          title: 'Goodput',
          value: figure(generateMs > 0 ? (completionTokens / generateMs) * 1_000 : undefined),
          hint: `tokens/s, ${count(completionTokens)} tokens`,
        },
        {
          title: 'Accepted',
          value: draftedTokens > 0 ? percent(acceptedTokens / draftedTokens) : unknown,
          hint: `${count(acceptedTokens)} of ${count(draftedTokens)} drafted`,
        },
        { title: 'Waited', value: duration(queueMs), hint: `prompt read in ${duration(promptMs)}` },
        {
          title: 'Prompt',
          value: `${count(trace.promptTokens)} tokens`,
          hint: `${count(trace.reusedTokens)} known already`,
        },
      ]}
    />
  )
}
