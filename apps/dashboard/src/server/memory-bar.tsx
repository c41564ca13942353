import type { ServiceState } from 'foretoken/serve-types'
import type { ReactElement } from 'react'
import { bytes, percent } from '../parts/format.js'

/** How much of its budget the models hold, each model a part of the bar. */
export function MemoryBar({ memory, models }: Pick<ServiceState, 'memory' | 'models'>): ReactElement {
  const { usedBytes, budgetBytes } = memory
  const total = Math.max(usedBytes, budgetBytes, 1)
  const parts = models.filter(({ facts }) => (facts?.memoryBytes ?? 0) > 0)
  let left = 0
  return (
    <figure className="memory">
      <svg
        viewBox="0 0 100 4"
        preserveAspectRatio="none"
        role="img"
        aria-label={`${percent(usedBytes / total)} of the memory budget is used`}
      >
        <rect className="memory-room" width="100" height="4" />
        {parts.map(({ id, facts }, index) => {
          const width = ((facts?.memoryBytes ?? 0) / total) * 100
          const x = left
          left += width
          return (
            <rect
              key={id}
              className={index % 2 === 0 ? 'memory-part' : 'memory-part is-other'}
              x={x}
              width={width}
              height="4"
            >
              <title>{`${id}: ${bytes(facts?.memoryBytes ?? 0)}`}</title>
            </rect>
          )
        })}
      </svg>
      <figcaption>
        {bytes(usedBytes)} of {bytes(budgetBytes)}
      </figcaption>
    </figure>
  )
}
