import type { ReactElement } from 'react'
import { drafterTitle, lookOf } from '../parts/drafter-look.js'
import { count } from '../parts/format.js'
import type { StepCounts } from '../steps/step-counts.js'

/** Properties of {@link Legend}. */
interface LegendProperties {
  readonly counts: StepCounts
  /** What the server counted, where the engine does not speak of steps. */
  readonly completionTokens: number | undefined
}

/** Who made how many tokens of an answer, in the looks of its text. */
export function Legend({ counts, completionTokens }: LegendProperties): ReactElement {
  const { byDrafter, ownTokens, steps } = counts
  const own = steps > 0 ? ownTokens : completionTokens
  return (
    <ul className="legend" aria-label="Tokens by who made them">
      {byDrafter.map(({ drafter, acceptedTokens }) => (
        <li key={drafter} data-drafter={drafter} data-tokens={acceptedTokens}>
          <span className="swatch" data-look={lookOf(drafter)}>
            {drafterTitle(drafter)}
          </span>{' '}
          {count(acceptedTokens)}
        </li>
      ))}
      {own !== undefined && (
        <li data-drafter="" data-tokens={own}>
          <span className="swatch" data-look="own">
            {drafterTitle('')}
          </span>{' '}
          {count(own)}
        </li>
      )}
    </ul>
  )
}
