import type { LengthPolicy } from '@foretoken/contract'

/**
 * A policy each of whose sessions is the only one of its own policy, for laws about sessions that share nothing: what a
 * policy's sessions learn they share on purpose.
 */
export function alone(create: () => LengthPolicy): LengthPolicy {
  return { ...create(), open: () => create().open() }
}
