import type { ServedStep } from 'foretoken/serve-types'
import { type ReactElement, useEffect, useRef } from 'react'
import { count } from '../parts/format.js'
import { ChartColumn } from './chart-column.js'
import { ChartPatterns } from './chart-patterns.js'
import { columnWidth, fullTimeMs, tallestWidth } from './chart-shape.js'
import { countSteps } from './step-counts.js'

/** Properties of {@link StepsChart}. */
interface StepsChartProperties {
  readonly steps: readonly ServedStep[]
  readonly activeStep: number | undefined
  readonly onActiveStep: (step: number | undefined) => void
}

/** Most columns: what a long answer began with is in the table. */
const MOST_COLUMNS = 600
/** Height of the tokens, and of the time below them. */
const TOKENS_PX = 84
const TIME_PX = 22

/** A column for each step: what was drafted, what of it was accepted, the model's own token, and how long it took. */
export function StepsChart({ steps, activeStep, onActiveStep }: StepsChartProperties): ReactElement {
  const place = useRef<HTMLElement>(null)
  const shown = steps.slice(-MOST_COLUMNS)
  const top = tallestWidth(shown)
  const fullTime = fullTimeMs(shown)
  const width = Math.max(1, shown.length * columnWidth)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the newest step is at the end
  useEffect(() => {
    // In new browsers scrolling returns a promise, which is no clean-up.
    place.current?.scrollTo({ left: place.current.scrollWidth })
  }, [steps.length])
  return (
    <figure className="steps-figure">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without it, not every browser lets keys scroll it */}
      <section className="steps-chart" ref={place} aria-label="Chart of the steps" tabIndex={0}>
        <svg
          width={width}
          height={TOKENS_PX + TIME_PX}
          role="img"
          aria-label={spoken(steps)}
          onPointerLeave={() => onActiveStep(undefined)}
        >
          <ChartPatterns />
          {shown.map((step, index) => (
            <ChartColumn
              key={step.index}
              step={step}
              left={index * columnWidth}
              tokenPx={TOKENS_PX / top}
              timePx={TIME_PX / fullTime}
              middle={TOKENS_PX}
              isActive={step.index === activeStep}
              onActiveStep={onActiveStep}
            />
          ))}
        </svg>
      </section>
      <figcaption>
        Each column is a step: the model’s own token, what was accepted, what was{' '}
        <span className="key-rejected">rejected</span>; below it the time it took.
      </figcaption>
    </figure>
  )
}

function spoken(steps: readonly ServedStep[]): string {
  const { tokens, draftedTokens, acceptedTokens } = countSteps(steps)
  return `${count(steps.length)} steps brought ${count(tokens)} tokens; ${count(acceptedTokens)} of ${count(draftedTokens)} drafted tokens were accepted`
}
