import type { Citation } from '../registry-file/measurement.js'

/** An answer from a registry, with the lines that it is taken from. */
export interface Answer<Value> {
  readonly value: Value
  readonly sources: readonly Citation[]
}

/** An answer whose lines stand once each. */
export function answer<Value>(value: Value, sources: readonly (Citation | undefined)[]): Answer<Value> {
  return { value, sources: [...new Set(sources.filter((source) => source !== undefined))] }
}
