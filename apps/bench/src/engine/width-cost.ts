import { CONTRACT_VERSION, type LengthPolicy } from '@foretoken/contract'
import { spread } from '../spread.js'
import type { TimedStep } from '../timed-text.js'

/** Milliseconds of a batch of so many tokens. */
export interface WidthCost {
  readonly width: number
  readonly ms: number
}

/** Widths that are measured: around powers of two, where llama.cpp's kernels change, and those of the drafts below. */
const measuredWidths: readonly number[] = [1, 2, 3, 5, 9, 13, 17]

/** Asks for drafts of every measured width in turn. Refused drafts let a short text have many steps. */
export function rotatingLength(widths: readonly number[] = measuredWidths): LengthPolicy {
  return {
    contractVersion: CONTRACT_VERSION,
    name: 'rotating',
    open() {
      let step = 0
      return {
        limits: () => ({ maxTokens: (widths[step++ % widths.length] ?? 1) - 1, minProbability: 0 }),
        cut: (draft) => draft.tokens.length,
        observe: () => {},
      }
    },
  }
}

/** The median cost of each measured width among steps; the last step of a text may have another width. */
export function widthCosts(steps: readonly Pick<TimedStep, 'width' | 'verifyMs'>[]): WidthCost[] {
  return measuredWidths.flatMap((width) => {
    const times = steps.filter((step) => step.width === width).map(({ verifyMs }) => verifyMs)
    return times.length === 0 ? [] : [{ width, ms: spread(times).median }]
  })
}

/** The cost of a width; between two measured ones it lies on the line through them, beyond the last on its last line. */
export function costOf(costs: readonly WidthCost[], width: number): number {
  const next = Math.max(
    1,
    costs.findIndex((cost) => cost.width >= width),
  )
  const [low, high] = [costs[next - 1], costs[next] ?? costs.at(-1)]
  if (low === undefined || high === undefined) return Number.NaN
  if (low.width === high.width || width === low.width) return low.ms
  return low.ms + ((high.ms - low.ms) * (width - low.width)) / (high.width - low.width)
}
