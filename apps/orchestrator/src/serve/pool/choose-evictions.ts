/** A loaded model as it is weighed against another one that is wanted. */
export interface Evictable {
  readonly name: string
  readonly bytes: number
  /** The lower, the earlier it is given up. */
  readonly priority: number
  /** When its last request ended. */
  readonly lastUsedAt: number
}

/** What a wanted model lacks. */
export interface Lack {
  /** Bytes to be freed; not positive where there are enough. */
  readonly bytes: number
  /** Models that must go whatever their size. */
  readonly models: number
}

/**
 * Which of the models make room: of least priority and unused for longest first, none without need. `undefined` where all of
 * them are not enough. O(models²).
 */
export function chooseEvictions<T extends Evictable>(lack: Lack, among: readonly T[]): readonly T[] | undefined {
  const suffices = (chosen: readonly T[]) =>
    chosen.length >= lack.models && chosen.reduce((sum, { bytes }) => sum + bytes, 0) >= lack.bytes
  const cheapestFirst = among.toSorted(
    (one, other) => one.priority - other.priority || one.lastUsedAt - other.lastUsedAt || byName(one, other),
  )
  let chosen: readonly T[] = []
  for (const one of cheapestFirst) {
    if (suffices(chosen)) break
    chosen = [...chosen, one]
  }
  if (!suffices(chosen)) return undefined
  for (const one of chosen.toReversed()) {
    const rest = chosen.filter((other) => other !== one)
    if (suffices(rest)) chosen = rest
  }
  return chosen
}

function byName(one: Evictable, other: Evictable): number {
  return one.name < other.name ? -1 : Number(one.name > other.name)
}
