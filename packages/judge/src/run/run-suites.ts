import { assertInteger, SpeculationError } from '@foretoken/contract'
import type { CheckOptions } from '../checkers/check.js'
import type { Clock, Complete } from '../ports.js'
import { type AnswerRow, rowKey } from '../store/answer-row.js'
import type { OpenRun, ResultsStore } from '../store/results-store.js'
import type { RunRecord, RunSampling, RunSubject } from '../store/run-record.js'
import { type RunSummary, summarizeRun } from '../store/run-summary.js'
import type { Suite } from '../suite.js'
import { suiteIdentity } from '../suites/suite-identity.js'
import { answerPrompt } from './answer-prompt.js'
import { runIdOf } from './run-id.js'

/** A model in a configuration, which is loaded only where it has something to answer. */
export interface RunCandidate {
  readonly subject: RunSubject
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
  { subject }: RunCandidate,
  { suite, folder }: SuiteSource,
  options: RunParts,
): AsyncGenerator<RunEvent, void, void> {
  const { store, clock, repetitions = 1 } = options
  await using run = await store.open(recordOf(subject, suite, options), suite)
  const { record } = run
  const total = suite.prompts.length * repetitions
  const before = run.rows
  yield { kind: 'started', record, answered: before.length, total }
  try {
    yield* missingAnswers(run, suite, { ...options, ...(folder !== undefined && { folder }) })
  } catch (error) {
    if (!SpeculationError.is(error) || error.code === 'ERR_ABORTED') throw error
    yield { kind: 'failed', record, error }
    return
  }
  const known = (await store.finished()).find(({ runId }) => runId === record.runId)
  const summary = known ?? summarizeRun(record, run.rows, new Date(clock.now()).toISOString())
  if (known === undefined) await store.finish(summary)
  yield { kind: 'finished', record, summary }
}

async function* missingAnswers(
  run: OpenRun,
  suite: Suite,
  options: RunParts & { readonly folder?: string },
): AsyncGenerator<RunEvent, void, void> {
  const { repetitions = 1 } = options
  const answered = new Set(run.rows.map(rowKey))
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const prompt of suite.prompts) {
      if (answered.has(rowKey({ promptId: prompt.id, repetition }))) continue
      if (options.signal?.aborted) throw new SpeculationError('ERR_ABORTED', 'the run was cancelled')
      const row = await answerPrompt(prompt, repetition, { ...options, complete: await options.open() })
      await run.append(row)
      yield { kind: 'answered', record: run.record, row }
    }
  }
}

function recordOf(subject: RunSubject, suite: Suite, options: RunSuitesOptions): RunRecord {
  const { fingerprint = '' } = suiteIdentity(suite)
  const record = {
    format: 1 as const,
    suite: { suite: suite.suite, version: suite.version, fingerprint },
    ...subject,
    sampling: options.sampling,
    prompts: suite.prompts.length,
    repetitions: options.repetitions ?? 1,
  }
  return { ...record, runId: runIdOf(record), startedAt: new Date(options.clock.now()).toISOString() }
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
