import type { RunRecord } from '../store/run-record.js'

/** Something that two runs do not have in common. */
export interface RecordDifference {
  /** Path in `run.json`, such as `sampling.seed`. */
  readonly what: string
  /** As JSON; empty where it is not there. */
  readonly one: string
  readonly other: string
}

/** What two runs of one suite differ in, apart from their names and times. */
export function recordDifferences(one: RunRecord, other: RunRecord): readonly RecordDifference[] {
  const [before, after] = [factsOf(one), factsOf(other)]
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((what) => ({ what, one: before.get(what) ?? '', other: after.get(what) ?? '' }))
    .filter((fact) => fact.one !== fact.other)
}

function factsOf({ runId: _, startedAt: __, suite: ___, baseline: ____, ...record }: RunRecord): Map<string, string> {
  return new Map(flat(record, ''))
}

function flat(value: object, path: string): readonly (readonly [string, string])[] {
  return Object.entries(value).flatMap(([key, inner]) => {
    const name = path === '' ? key : `${path}.${key}`
    return typeof inner === 'object' && inner !== null ? flat(inner, name) : [[name, JSON.stringify(inner)] as const]
  })
}
