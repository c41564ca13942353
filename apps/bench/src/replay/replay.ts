import { clockCostNs } from './clock-cost.js'
import { drafterEntry } from './drafters.js'
import { type FileResult, fileResult, measure, type Pass, type Subject, subject } from './measure.js'
import { type PolicyRun, policyRuns } from './policies.js'
import { type PooledResult, pool } from './pool.js'
import type { StepCost } from './step-cost.js'
import type { Trace } from './trace-file.js'

/** What {@link replay} replays. */
export interface ReplayOptions {
  readonly traces: readonly Trace[]
  /** Names that `drafterEntry` knows. */
  readonly drafters: readonly string[]
  /** Names that `policyRuns` knows; none: each drafter's own. */
  readonly policies: readonly string[]
  readonly costs: readonly [StepCost, ...StepCost[]]
  readonly concurrency: number
  /** Whether a drafter goes on from file to file instead of beginning anew with each. */
  readonly warm: boolean
  /** How often each file is replayed to be timed: what a call takes is the median. */
  readonly passes: number
  readonly onProgress: (topic: string, detail?: string) => void
  readonly signal?: AbortSignal
}

/** What {@link replay} measured. */
export interface ReplayReport {
  readonly concurrency: number
  readonly warm: boolean
  readonly passes: number
  readonly node: string
  /** What reading the clock twice takes, in nanoseconds; left out of the times. */
  readonly clockNs: number
  readonly files: readonly FileResult[]
  readonly pooled: readonly PooledResult[]
}

/** Replays every trace on every drafter under every policy. */
export async function replay(options: ReplayOptions): Promise<ReplayReport> {
  const { drafters, policies, costs, concurrency, warm, passes } = options
  // All names are looked up before the first of them costs minutes.
  const runs = drafters.flatMap((name) => {
    const entry = drafterEntry(name)
    const names = policies.length === 0 ? [entry.policy] : policies
    return names.flatMap((policy) => policyRuns(policy, costs)).map((run) => ({ name, run }))
  })
  const clockNs = clockCostNs()
  const files: FileResult[] = []
  for (const { name, run } of runs) files.push(...(await replayAll(name, run, { ...options, clockNs })))
  return { concurrency, warm, passes, node: process.version, clockNs, files, pooled: pool(files) }
}

interface Timed extends ReplayOptions {
  readonly clockNs: number
}

/** One pass that counts, memory included, in which the code gets compiled; then those that are timed. */
async function replayAll(name: string, run: PolicyRun, options: Timed): Promise<FileResult[]> {
  const counted = await pass(name, run, true, options)
  const timed: Pass[][] = []
  while (timed.length < options.passes) timed.push(await pass(name, run, false, options))
  return counted.map((file, index) =>
    fileResult(
      file,
      timed.map((files) => files[index] as Pass),
    ),
  )
}

async function pass(name: string, run: PolicyRun, countsMemory: boolean, options: Timed): Promise<Pass[]> {
  const { traces, warm } = options
  const groups = warm ? [traces] : traces.map((trace) => [trace])
  const files: Pass[] = []
  for (const group of groups) {
    const requests = group.flatMap((trace) => trace.requests)
    using fresh = subject(name, () => drafterEntry(name).create(requests), countsMemory)
    for (const trace of group) files.push(await replayFile(fresh, trace, run, options))
  }
  return files
}

async function replayFile(subject: Subject, trace: Trace, run: PolicyRun, options: Timed): Promise<Pass> {
  const { costs, clockNs, concurrency, onProgress, signal } = options
  let ended = 0
  const tell = (): void =>
    onProgress(`replaying ${subject.name} (${run.label})`, `${trace.file} ${ended}/${trace.requests.length}`)
  tell()
  return await measure(subject, trace, {
    run,
    costs,
    clockNs,
    concurrency,
    onStep(_, { finish }) {
      if (finish === '') return
      ended += 1
      tell()
    },
    ...(signal && { signal }),
  })
}
