import type { ReactElement } from 'react'

/** A figure with what it is worth nothing without. */
export interface Figure {
  readonly title: string
  readonly value: string
  readonly hint: string
}

/** Figures side by side. */
export function Figures({ figures }: { readonly figures: readonly Figure[] }): ReactElement {
  return (
    <dl className="figures">
      {figures.map(({ title, value, hint }) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>
            <strong>{value}</strong>
            {hint !== '' && <small>{hint}</small>}
          </dd>
        </div>
      ))}
    </dl>
  )
}
