import type { Drafter, DraftSession } from '@foretoken/contract'

/** What each of a drafter's calls took, in their order. The loop around them is not part of it. */
export interface DrafterTimes {
  /** Opening sessions: reading the prompts in. */
  readonly ingestNs: Float64Array
  /** Commits and closing sessions. */
  readonly updateNs: Float64Array
  readonly draftNs: Float64Array
}

/** A drafter that behaves like another one and tells what its calls took. */
export interface TimedDrafter extends Drafter {
  readonly times: () => DrafterTimes
  /** Memory for the times. */
  readonly timesBytes: number
}

/** How to measure. */
export interface TimedDrafterOptions {
  /** Most sessions that are measured … */
  readonly mostSessions: number
  /** … and most drafts, and commits, of all of them. */
  readonly mostDrafts: number
  /** What reading the clock twice takes: left out of every time. */
  readonly clockNs?: number
  readonly nowMs?: () => number
}

/** Measures the calls of `drafter`. */
export function timedDrafter(
  drafter: Drafter,
  { mostSessions, mostDrafts, clockNs = 0, nowMs = () => performance.now() }: TimedDrafterOptions,
): TimedDrafter {
  const ingestNs = new Float64Array(mostSessions)
  const updateNs = new Float64Array(mostSessions + mostDrafts)
  const draftNs = new Float64Array(mostDrafts)
  let [opened, updates, drafts] = [0, 0, 0]
  const since = (startedMs: number): number => Math.max(0, 1e6 * (nowMs() - startedMs) - clockNs)
  const session = (inner: DraftSession): DraftSession => ({
    draft(limits) {
      const startedMs = nowMs()
      const answer = inner.draft(limits)
      if (!(answer instanceof Promise)) {
        draftNs[drafts++] = since(startedMs)
        return answer
      }
      return answer.finally(() => {
        draftNs[drafts++] = since(startedMs)
      })
    },
    commit(tokens) {
      const startedMs = nowMs()
      inner.commit(tokens)
      updateNs[updates++] = since(startedMs)
    },
    async [Symbol.asyncDispose]() {
      const startedMs = nowMs()
      await inner[Symbol.asyncDispose]()
      updateNs[updates++] = since(startedMs)
    },
  })
  return {
    contractVersion: drafter.contractVersion,
    name: drafter.name,
    learnsAcrossSessions: drafter.learnsAcrossSessions,
    open(prompt, options) {
      const startedMs = nowMs()
      const inner = drafter.open(prompt, options)
      ingestNs[opened++] = since(startedMs)
      return session(inner)
    },
    times: () => ({
      ingestNs: ingestNs.slice(0, opened),
      updateNs: updateNs.slice(0, updates),
      draftNs: draftNs.slice(0, drafts),
    }),
    timesBytes: ingestNs.byteLength + updateNs.byteLength + draftNs.byteLength,
    [Symbol.dispose]: () => drafter[Symbol.dispose](),
  }
}
