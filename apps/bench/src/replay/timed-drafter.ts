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

/** Measures `drafter` for up to `mostDrafts` drafts. `nowMs` is the clock. */
export function timedDrafter(
  drafter: Drafter,
  mostDrafts: number,
  nowMs: () => number = () => performance.now(),
): TimedDrafter {
  const draftNs = new Float64Array(mostDrafts)
  let [drafts, ingestNs, updateNs] = [0, 0, 0]
  const since = (startedMs: number): number => 1e6 * (nowMs() - startedMs)
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
