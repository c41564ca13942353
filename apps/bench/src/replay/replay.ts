import { clockCostNs } from './clock-cost.js'
import { drafterEntry } from './drafters.js'
import { type FileResult, measure, type Subject, subject } from './measure.js'
import { type PolicyRun, policyRuns } from './policies.js'
import { type PooledResult, pool } from './pool.js'
import type { StepCost } from './step-cost.js'
import { firstTokens, type Trace } from './trace-file.js'

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
  readonly onProgress: (topic: string, detail?: string) => void
  readonly signal?: AbortSignal
}

/** What {@link replay} measured. */
export interface ReplayReport {
  readonly concurrency: number
  readonly warm: boolean
  readonly node: string
  /** What reading the clock twice takes, in nanoseconds; left out of the times. */
  readonly clockNs: number
  readonly files: readonly FileResult[]
  readonly pooled: readonly PooledResult[]
}

/** Replays every trace on every drafter under every policy. */
export async function replay(options: ReplayOptions): Promise<ReplayReport> {
  const { drafters, policies, costs, concurrency, warm } = options
  // All names are looked up before the first of them costs minutes.
  const runs = drafters.flatMap((name) => {
    const entry = drafterEntry(name)
    const names = policies.length === 0 ? [entry.policy] : policies
    return names.flatMap((policy) => policyRuns(policy, costs)).map((run) => ({ name, run }))
  })
  const clockNs = clockCostNs()
  const files: FileResult[] = []
  for (const { name, run } of runs) files.push(...(await replayAll(name, run, { ...options, clockNs })))
  return { concurrency, warm, node: process.version, clockNs, files, pooled: pool(files) }
}

interface Timed extends ReplayOptions {
  readonly clockNs: number
}

async function replayAll(name: string, run: PolicyRun, options: Timed): Promise<FileResult[]> {
  const { traces, warm } = options
  await practise(name, run, options)
  const groups = warm ? [traces] : traces.map((trace) => [trace])
  const results: FileResult[] = []
  for (const group of groups) {
    const requests = group.flatMap((trace) => trace.requests)
    using fresh = subject(name, () => drafterEntry(name).create(requests))
    for (const trace of group) results.push(await replayFile(fresh, trace, run, options))
  }
  return results
}

/**
 * The first calls run while they are compiled, and the code takes memory: neither is the drafter's doing. Texts of other kinds
 * take other ways through the code, so there is some of each.
 */
async function practise(name: string, run: PolicyRun, { traces, costs, clockNs, signal }: Timed): Promise<void> {
  const some = traces.map((trace) => firstTokens(trace, PRACTICE_TOKENS))
  for (const trace of some) {
    using passing = subject(name, () => drafterEntry(name).create(trace.requests))
    await measure(passing, trace, { run, costs, clockNs, concurrency: 1, ...(signal && { signal }) })
  }
}

const PRACTICE_TOKENS = 2_000

async function replayFile(subject: Subject, trace: Trace, run: PolicyRun, options: Timed): Promise<FileResult> {
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
