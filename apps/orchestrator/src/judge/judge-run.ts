import { type ErrorCode, errorTable, SpeculationError } from '@foretoken/contract'
import {
  codeSandbox,
  type JudgedRunEvent,
  judgedRuns,
  type RunSummary,
  resultsStore,
  runSuites,
  systemClock,
} from '@foretoken/judge'
import type { Host } from '../host.js'
import { printable } from '../inspect/printable.js'
import { type Interruption, listenForInterruption } from '../interruption.js'
import { juryOf } from '../judging/open-jury.js'
import { suiteSources } from '../judging/suite-sources.js'
import type { ModelPorts } from '../load-model.js'
import { type ProgressLine, progressLine } from '../progress-line.js'
import { untilInterrupted } from '../until-interrupted.js'
import type { JudgeRunOptions } from './judge-options.js'
import { runCandidates } from './run-candidates.js'
import { comparedLine, summaryLine } from './run-lines.js'

/** Runs `foretoken judge run` and returns its exit code: that of the first failure, or 0. */
export async function judgeRun(
  options: JudgeRunOptions & { readonly version: string },
  host: Host,
  ports: ModelPorts = {},
): Promise<number> {
  const { json = false, out } = options
  using interruption = listenForInterruption(host)
  using progress = progressLine(host.stderr)
  const tell = { host, interruption, progress, json, command: 'judge run' }
  // Awaited here: what is disposed of at the end must outlive the run.
  return await untilInterrupted(tell, async () => {
    const suites = await suiteSources(options.suite, (note) => host.stderr.write(`${printable(note)}\n`))
    const { signal } = interruption
    const parts = { host, progress, ports, signal }
    const candidates = await runCandidates(options, parts)
    const models = candidates.map(({ subject }) => subject.model)
    await using judges = await juryOf(options, { ...parts, version: options.version, judged: models })
    await using sandbox = codeSandbox()
    const shared = { store: resultsStore(out), clock: ports.clock ?? systemClock, signal }
    const sampling = { temperature: options.temp, seed: options.seed, maxTokens: options.maxTokens }
    const events = runSuites({
      ...{ ...shared, suites, candidates, sampling, repetitions: options.repetitions },
      sandbox: (program) => sandbox.run(program),
    })
    const judged = judges === undefined ? events : judgedRuns(events, { ...shared, jury: judges.jury })
    return await follow(judged, { host, progress, json, out, interruption, runs: suites.length * candidates.length })
  })
}

interface FailedRun {
  readonly runId: string
  readonly code: ErrorCode
  readonly message: string
}

interface Telling {
  readonly interruption: Interruption
  readonly host: Host
  readonly progress: ProgressLine
  readonly json: boolean
  readonly out: string
  /** How many runs there will be. */
  readonly runs: number
}

async function follow(events: AsyncIterable<JudgedRunEvent>, telling: Telling): Promise<number> {
  const { host, progress, json, out, interruption } = telling
  const runs: RunSummary[] = []
  const failed: FailedRun[] = []
  let interrupted = false
  try {
    for await (const event of shown(events, telling)) {
      if (event.kind === 'finished') runs.push(event.summary)
      if (event.kind !== 'failed') continue
      const { code, message } = event.error
      failed.push({ runId: event.record.runId, code, message })
    }
  } catch (error) {
    if (!SpeculationError.is(error, 'ERR_ABORTED')) throw error
    interrupted = true
  }
  progress.clear()
  if (interrupted && !interruption.readerGone) {
    host.stderr.write(`interrupted; every answer so far is in ${out}: the same command goes on from there\n`)
  }
  if (json) host.stdout.write(`${JSON.stringify({ out, complete: !interrupted, runs, failed })}\n`)
  if (interrupted) return interruption.exitCode
  return failed[0] === undefined ? 0 : errorTable[failed[0].code].exitCode
}

/** Shows what happens, and hands it on. */
async function* shown(
  events: AsyncIterable<JudgedRunEvent>,
  { host, progress, json, runs }: Telling,
): AsyncGenerator<JudgedRunEvent, void, void> {
  let count: Count = { run: 0, done: 0, total: 0, what: 'answers' }
  for await (const event of events) {
    const { runId } = event.record
    count = counted(count, event)
    progress.show(`run ${count.run} of ${runs}: ${count.done} of ${count.total} ${count.what} (${runId})`)
    if (!['started', 'answered', 'judged'].includes(event.kind)) progress.clear()
    if (event.kind === 'compared') host.stderr.write(`${printable(comparedLine(event))}\n`)
    if (event.kind === 'finished' && !json) host.stdout.write(`${printable(summaryLine(event.summary))}\n`)
    if (event.kind === 'failed') host.stderr.write(`${printable(`${runId} failed: ${event.error.message}`)}\n`)
    yield event
  }
}

interface Count {
  /** From 1. */
  readonly run: number
  readonly done: number
  readonly total: number
  readonly what: 'answers' | 'answers judged'
}

function counted(before: Count, event: JudgedRunEvent): Count {
  if (event.kind === 'started')
    return { run: before.run + 1, done: event.answered, total: event.total, what: 'answers' }
  if (event.kind === 'judged') return { ...before, done: event.judged, total: event.total, what: 'answers judged' }
  return event.kind === 'answered' ? { ...before, done: before.done + 1 } : before
}
