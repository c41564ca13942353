import type { Drafter, DraftSession } from '@foretoken/contract'

/** What a drafter's calls took. The loop around them is not part of it. */
export interface DrafterTimes {
  /** Opening sessions: reading the prompts in. */
  readonly ingestNs: number
  /** Commits and closing sessions. */
  readonly updateNs: number
  /** Of each `draft`, in ascending order. */
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
  /** Most drafts that are measured. */
  readonly mostDrafts: number
  /** What reading the clock twice takes: left out of every time. */
  readonly clockNs?: number
  readonly nowMs?: () => number
}

/** Measures the calls of `drafter`. */
export function timedDrafter(
  drafter: Drafter,
  { mostDrafts, clockNs = 0, nowMs = () => performance.now() }: TimedDrafterOptions,
): TimedDrafter {
  const draftNs = new Float64Array(mostDrafts)
  let [drafts, ingestNs, updateNs] = [0, 0, 0]
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
      updateNs += since(startedMs)
    },
    async [Symbol.asyncDispose]() {
      const startedMs = nowMs()
      await inner[Symbol.asyncDispose]()
      updateNs += since(startedMs)
    },
  })
  return {
    contractVersion: drafter.contractVersion,
    name: drafter.name,
    learnsAcrossSessions: drafter.learnsAcrossSessions,
    open(prompt, options) {
      const startedMs = nowMs()
      const inner = drafter.open(prompt, options)
      ingestNs += since(startedMs)
      return session(inner)
    },
    times: () => ({ ingestNs, updateNs, draftNs: draftNs.slice(0, drafts).sort() }),
    timesBytes: draftNs.byteLength,
    [Symbol.dispose]: () => drafter[Symbol.dispose](),
  }
}
