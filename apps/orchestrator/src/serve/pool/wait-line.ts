/** Who waits for a place at a model. */
export interface Place {
  /** Rises with every request. */
  readonly ticket: number
  readonly arrivedAt: number
  /** Higher is served first (−10 to 10). */
  readonly priority: number
}

/** Whether the first place is served before the second: negative if so. */
export type PlaceOrder = (one: Place, other: Place) => number

/**
 * Serves as if a request had come so much earlier for each step of its priority. Requests of one priority keep their order,
 * and none waits for ever: what comes later than that lead is behind it.
 */
export function byPriorityAndAge(agingMs: number): PlaceOrder {
  const due = ({ arrivedAt, priority }: Place) => arrivedAt - priority * agingMs
  return (one, other) => due(one) - due(other) || one.ticket - other.ticket
}

/** The requests that wait for one model, in the order in which they are served. */
export interface WaitLine<T extends Place> {
  readonly length: number
  readonly head: T | undefined
  add(place: T): void
  /** Whether it was there. */
  remove(place: T): boolean
  /** The place at an index, 0 for the head. */
  at(index: number): T | undefined
  /** Takes everybody out. */
  clear(): readonly T[]
}

/** A line in the order that `order` says; adding takes O(length). */
export function waitLine<T extends Place>(order: PlaceOrder): WaitLine<T> {
  let places: T[] = []
  return {
    get length() {
      return places.length
    },
    get head() {
      return places[0]
    },
    add(place) {
      const behind = places.findIndex((other) => order(place, other) < 0)
      places.splice(behind === -1 ? places.length : behind, 0, place)
    },
    remove(place) {
      const index = places.indexOf(place)
      if (index !== -1) places.splice(index, 1)
      return index !== -1
    },
    at: (index) => places[index],
    clear() {
      const all = places
      places = []
      return all
    },
  }
}
