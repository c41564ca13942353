import type { ServedStep } from 'foretoken/serve-types'
import { memo, type ReactElement } from 'react'
import { lookOf } from '../parts/drafter-look.js'
import { columnParts, columnWidth } from './chart-shape.js'

/** Properties of {@link ChartColumn}. */
interface ChartColumnProperties {
  readonly step: ServedStep
  readonly left: number
  /** Height of a token. */
  readonly tokenPx: number
  /** Height of a millisecond. */
  readonly timePx: number
  /** Where tokens end and times begin. */
  readonly middle: number
  readonly isActive: boolean
  readonly onActiveStep: (step: number | undefined) => void
}

/** One step of the chart. */
export const ChartColumn = memo(function ChartColumn(properties: ChartColumnProperties): ReactElement {
  const { step, left, tokenPx, timePx, middle, isActive, onActiveStep } = properties
  const { own, accepted, rejected } = columnParts(step)
  const look = lookOf(step.drafter)
  const width = columnWidth - 2
  const bar = (from: number, tokens: number): object => ({
    x: left + 1,
    y: middle - (from + tokens) * tokenPx,
    width,
    height: Math.max(0, tokens * tokenPx - 1),
  })
  return (
    <g className={isActive ? 'column is-active' : 'column'} onPointerEnter={() => onActiveStep(step.index)}>
      <rect className="column-room" x={left} y={0} width={columnWidth} height="100%" />
      <rect className="bar" data-look="own" {...bar(0, own)} />
      {accepted > 0 && <rect className="bar" data-look={look} {...bar(own, accepted)} />}
      {rejected > 0 && <rect className="bar bar-rejected" data-look={look} {...bar(own + accepted, rejected)} />}
      <rect
        className="bar-time"
        x={left + 1}
        y={middle + 3}
        width={width}
        height={Math.max(1, (step.draftMs + step.verifyMs) * timePx - 3)}
      />
    </g>
  )
})
