import type { DrafterTimes } from './timed-drafter.js'

/**
 * Of each call the median over several passes with the same calls: a call that was interrupted in one of them (by another
 * process, or by a collection of garbage) counts as in the others.
 */
export function middleTimes(passes: readonly DrafterTimes[]): DrafterTimes {
  const middle = (kind: keyof DrafterTimes): Float64Array => medians(passes.map((pass) => pass[kind]))
  return { ingestNs: middle('ingestNs'), updateNs: middle('updateNs'), draftNs: middle('draftNs') }
}

/** Place by place; passes that did not make the same calls have nothing in common, and the first one stands. */
function medians([first, ...others]: readonly Float64Array[]): Float64Array {
  if (first === undefined) return new Float64Array()
  if (others.some(({ length }) => length !== first.length)) return first
  return first.map((value, index) => {
    const values = Float64Array.of(value, ...others.map((other) => other[index] as number)).sort()
    const half = (values.length - 1) / 2
    return ((values[Math.floor(half)] as number) + (values[Math.ceil(half)] as number)) / 2
  })
}
