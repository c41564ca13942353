import { assertInteger, SpeculationError } from '@foretoken/contract'
import type { CheckOptions } from '../checkers/check.js'
import type { Clock, Complete } from '../ports.js'
import type { AnswerRow } from '../store/answer-row.js'
import type { OpenRun, ResultsStore } from '../store/results-store.js'
import type { RunRecord, RunSampling, RunSubject } from '../store/run-record.js'
import { type RunSummary, summarizeRun } from '../store/run-summary.js'
import type { Suite, SuitePrompt } from '../suite.js'
import { suiteIdentity } from '../suites/suite-identity.js'
import { answerPrompt } from './answer-prompt.js'
import { exactnessOf, sampleOrder } from './exactness.js'
import { runIdOf } from './run-id.js'

/** A model in a configuration, which is loaded only where it has something to answer. */
export interface RunCandidate {
  readonly subject: RunSubject
  /**
   * The candidate of which this one differs in speed only, and which comes before it: where a sample of its answers is the
   * same, it inherits the scores. Absent: it answers everything itself.
   */
  readonly baseline?: RunSubject
  open(signal?: AbortSignal): Promise<OpenRunCandidate>
}

/** A candidate that can be asked. */
export interface OpenRunCandidate extends AsyncDisposable {
  readonly complete: Complete
}

/** A suite, and where its images are. */
export interface SuiteSource {
  readonly suite: Suite
  /** Folder of the suite's file. Absent: it has no images. */
  readonly folder?: string
}

/** Options of {@link runSuites}. */
export interface RunSuitesOptions extends CheckOptions {
  readonly store: ResultsStore
  readonly suites: readonly SuiteSource[]
  readonly candidates: readonly RunCandidate[]
  readonly sampling: RunSampling
  readonly clock: Clock
  /**
   * Answers to every prompt (1 to 100).
   * @defaultValue 1
   */
  readonly repetitions?: number
  /** Ends the run with `ERR_ABORTED`; what was answered is kept. */
  readonly signal?: AbortSignal
}

/** What happens in a run. */
export type RunEvent =
  | { readonly kind: 'started'; readonly record: RunRecord; readonly answered: number; readonly total: number }
  | { readonly kind: 'answered'; readonly record: RunRecord; readonly row: AnswerRow }
  /** A sample was compared with the baseline. The scores are inherited, or `refusal` says why not. */
  | { readonly kind: 'compared'; readonly record: RunRecord; readonly refusal?: string }
  | { readonly kind: 'finished'; readonly record: RunRecord; readonly summary: RunSummary }
  /** The model or engine failed; other runs go on. */
  | { readonly kind: 'failed'; readonly record: RunRecord; readonly error: SpeculationError }

/**
 * Runs every suite on every candidate. Each answer is on disk before the next is asked for, and nothing that is there is
 * asked again: a run that was stopped at any point goes on when it is started with the same options.
 */
export async function* runSuites(options: RunSuitesOptions): AsyncGenerator<RunEvent, void, void> {
  assertInteger('repetitions', options.repetitions ?? 1, { min: 1, max: 100 })
  for (const candidate of options.candidates) {
    await using model = opener(candidate, options.signal)
    for (const source of options.suites) yield* runOne(candidate, source, { ...options, open: model.open })
  }
}

interface RunParts extends RunSuitesOptions {
  readonly open: Opener['open']
}

async function* runOne(
  { subject, baseline }: RunCandidate,
  { suite, folder }: SuiteSource,
  options: RunParts,
): AsyncGenerator<RunEvent, void, void> {
  const { store, clock, repetitions = 1 } = options
  await using run = await store.open(recordOf(subject, baseline, { ...options, suite }), suite)
  const { record } = run
  const total = suite.prompts.length * repetitions
  const before = run.rows
  yield { kind: 'started', record, answered: before.length, total }
  try {
    const parts = { ...options, run, suite, ...(folder !== undefined && { folder }) }
    if (record.baseline !== undefined && before.length < total) yield* inheritedAnswers(parts, record.baseline)
    yield* missingAnswers(parts)
  } catch (error) {
    if (!SpeculationError.is(error) || error.code === 'ERR_ABORTED') throw error
    // Ctrl-C also reaches the processes of an engine, which then fails: that is no fault of the model.
    assertGoing(options.signal)
    yield { kind: 'failed', record, error }
    return
  }
  const finished = await store.finished()
  const known = finished.find(({ runId }) => runId === record.runId)
  const summary = known ?? summarizeRun(record, run.rows, new Date(clock.now()).toISOString())
  // A kill may have come between the index and the table, for the last run only.
  if (known === undefined || known === finished.at(-1)) await store.finish(summary)
  yield { kind: 'finished', record, summary }
}

interface AnswerParts extends RunParts {
  readonly run: OpenRun
  readonly suite: Suite
  readonly folder?: string
}

/** Answers a sample, and takes the rest from the baseline where the sample is the same. */
async function* inheritedAnswers(parts: AnswerParts, baselineId: string): AsyncGenerator<RunEvent, void, void> {
  const { run, suite, store } = parts
  const { record } = run
  const baseline = await store.read(baselineId).catch((error: unknown) => {
    if (!SpeculationError.is(error, 'ERR_FILE_NOT_FOUND')) throw error
    return undefined
  })
  if (baseline === undefined) {
    yield { kind: 'compared', record, refusal: `its baseline ${baselineId} is not there` }
    return
  }
  for (const prompt of [undefined, ...sampleOrder(suite.prompts)]) {
    if (prompt !== undefined) yield* missingAnswer(prompt, 0, parts)
    const found = exactnessOf({ record, rows: run.rows }, baseline)
    if (found.kind === 'open') continue
    yield { kind: 'compared', record, ...(found.kind === 'refused' && { refusal: found.reason }) }
    if (found.kind === 'refused') return
    for (const row of found.rows) {
      assertGoing(parts.signal)
      await run.append(row)
      yield { kind: 'answered', record, row }
    }
    return
  }
}

async function* missingAnswers(parts: AnswerParts): AsyncGenerator<RunEvent, void, void> {
  const { repetitions = 1 } = parts
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const prompt of parts.suite.prompts) yield* missingAnswer(prompt, repetition, parts)
  }
}

async function* missingAnswer(
  prompt: SuitePrompt,
  repetition: number,
  { run, ...options }: AnswerParts,
): AsyncGenerator<RunEvent, void, void> {
  if (run.has({ promptId: prompt.id, repetition })) return
  assertGoing(options.signal)
  const row = await answerPrompt(prompt, repetition, { ...options, complete: await options.open() })
  await run.append(row)
  yield { kind: 'answered', record: run.record, row }
}

function assertGoing(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new SpeculationError('ERR_ABORTED', 'the run was cancelled')
}

function recordOf(
  subject: RunSubject,
  baseline: RunSubject | undefined,
  { suite, sampling, repetitions = 1, clock }: RunSuitesOptions & { readonly suite: Suite },
): RunRecord {
  const { fingerprint = '' } = suiteIdentity(suite)
  const shared = {
    format: 1 as const,
    suite: { suite: suite.suite, version: suite.version, fingerprint },
    sampling,
    prompts: suite.prompts.length,
    repetitions,
  }
  const record = {
    ...shared,
    ...subject,
    ...(baseline && { baseline: runIdOf({ ...shared, ...baseline }) }),
  }
  return { ...record, runId: runIdOf(record), startedAt: new Date(clock.now()).toISOString() }
}

interface Opener extends AsyncDisposable {
  /** Loads the model at the first call, so that one with nothing left to answer is never loaded. */
  readonly open: () => Promise<Complete>
}

function opener(candidate: RunCandidate, signal: AbortSignal | undefined): Opener {
  let opening: Promise<OpenRunCandidate> | undefined
  return {
    async open() {
      opening ??= candidate.open(signal)
      return (await opening).complete
    },
    async [Symbol.asyncDispose]() {
      // A failure to open was told where it was waited for.
      const opened = await opening?.catch(() => undefined)
      await opened?.[Symbol.asyncDispose]()
    },
  }
}
