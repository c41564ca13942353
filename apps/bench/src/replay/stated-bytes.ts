import type { Drafter } from '@foretoken/contract'

/** What a drafter says of its own memory, as `stats()`; those that keep nothing have none. */
interface Remembering extends Drafter {
  stats(): { readonly bytes: number; readonly storedTokens: number }
}

/** Bytes per remembered token, by the drafter's own account; undefined where it has none or remembers nothing. */
export function statedBytesPerToken(drafter: Drafter): number | undefined {
  if (!isRemembering(drafter)) return undefined
  const { bytes, storedTokens } = drafter.stats()
  return storedTokens > 0 ? bytes / storedTokens : undefined
}

function isRemembering(drafter: Drafter): drafter is Remembering {
  return 'stats' in drafter && typeof drafter.stats === 'function'
}
