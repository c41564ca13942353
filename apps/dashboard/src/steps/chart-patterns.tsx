import type { ReactElement } from 'react'

/** Fillings that tell drafters apart without their colours; the style sheets name them. */
export function ChartPatterns(): ReactElement {
  return (
    <defs>
      <pattern id="stripes-suffix" data-look="suffix" width="4" height="4" patternUnits="userSpaceOnUse">
        <rect className="pattern-ground" width="4" height="4" />
        <path className="pattern-line" d="M0 1h4" />
      </pattern>
      <pattern id="dots-model" data-look="model" width="3" height="3" patternUnits="userSpaceOnUse">
        <rect className="pattern-ground" width="3" height="3" />
        <path className="pattern-line" d="M1 0v3" />
      </pattern>
    </defs>
  )
}
