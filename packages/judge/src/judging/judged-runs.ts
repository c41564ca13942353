import { basename } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { SpeculationError } from '@foretoken/contract'
import type { Clock } from '../ports.js'
import type { RunEvent } from '../run/run-suites.js'
import type { AnswerRow } from '../store/answer-row.js'
import type { JsonLinesFile } from '../store/json-lines.js'
import type { ResultsStore } from '../store/results-store.js'
import type { RunRecord } from '../store/run-record.js'
import { summarizeRun } from '../store/run-summary.js'
import { judgeNeeded, type VerdictRow } from '../store/verdict-row.js'
import type { SuitePrompt } from '../suite.js'
import { isJudgeFailure, type Jury, maxFailuresInRow } from './jury.js'

/** What happens in runs that are judged. */
export type JudgedRunEvent =
  | RunEvent
  | {
      readonly kind: 'judged'
      readonly record: RunRecord
      readonly verdict: VerdictRow
      /** Answers of the run that this jury has judged, of those that it is to judge. */
      readonly judged: number
      readonly total: number
    }

/** Options of {@link judgedRuns}. */
export interface JudgedRunsOptions {
  readonly store: ResultsStore
  readonly jury: Jury
  readonly clock: Clock
  /** Ends the judging with `ERR_ABORTED`; what was judged is kept. */
  readonly signal?: AbortSignal
}

/**
 * Hands on what happens in runs, and judges them when all are answered: what has a rubric and no checker gets the jury's
 * score. A verdict is on disk before the next is asked for. Where the jury fails the answer stays without a score and the
 * run is told as failed; judged again, only what is missing is asked for.
 */
export async function* judgedRuns(
  events: AsyncIterable<RunEvent>,
  options: JudgedRunsOptions,
): AsyncGenerator<JudgedRunEvent, void, void> {
  const finished: Extract<RunEvent, { kind: 'finished' }>[] = []
  for await (const event of events) {
    if (event.kind === 'finished' && (await tasksOf(event.record, options)).total > 0) finished.push(event)
    else yield event
  }
  // Only now: a judge in this process does not share its memory with the models that answer.
  for (const event of finished) yield* judgeRun(event.record, options)
}

async function* judgeRun(record: RunRecord, options: JudgedRunsOptions): AsyncGenerator<JudgedRunEvent, void, void> {
  const { store, clock } = options
  const tasks = await tasksOf(record, options)
  let { judged } = tasks
  const { total } = tasks
  const failures: SpeculationError[] = []
  {
    await using file = await store.openVerdicts(record.runId)
    for await (const outcome of verdicts(record, tasks.open, { ...options, file })) {
      if (outcome instanceof SpeculationError) failures.push(outcome)
      else yield { kind: 'judged', record, verdict: outcome, judged: ++judged, total }
    }
  }
  const [error] = failures
  if (error !== undefined) {
    const message = `${total - judged} of ${total} answers are not judged: ${error.message}`
    yield { kind: 'failed', record, error: new SpeculationError(error.code, message, { cause: error }) }
  }
  const summary = summarizeRun(record, (await store.read(record.runId)).rows, new Date(clock.now()).toISOString())
  await store.finish(summary)
  yield { kind: 'finished', record, summary }
}

interface JudgeTask {
  readonly prompt: SuitePrompt
  readonly row: AnswerRow
  readonly answer: NonNullable<AnswerRow['answer']>
}

interface JudgeTasks {
  readonly open: readonly JudgeTask[]
  readonly judged: number
  readonly total: number
}

/** The answers that take a judge, and which of them this jury has still to judge. */
async function tasksOf(record: RunRecord, { store, jury }: JudgedRunsOptions): Promise<JudgeTasks> {
  const [{ rows }, suite] = await Promise.all([store.read(record.runId), store.readSuite(record)])
  const prompts = new Map(suite.prompts.map((prompt) => [prompt.id, prompt]))
  const tasks = rows.flatMap((row): readonly JudgeTask[] => {
    const prompt = prompts.get(row.promptId)
    const takesJudge = row.judges !== undefined || row.reason === judgeNeeded
    return prompt !== undefined && takesJudge && row.answer !== undefined ? [{ prompt, row, answer: row.answer }] : []
  })
  const open = tasks.filter(({ row }) => !isDeepStrictEqual(row.judges, jury.models))
  return { open, judged: tasks.length - open.length, total: tasks.length }
}

/** The verdict on each answer, or why there is none. */
async function* verdicts(
  record: RunRecord,
  tasks: readonly JudgeTask[],
  { jury, clock, signal, file }: JudgedRunsOptions & { readonly file: JsonLinesFile<VerdictRow> },
): AsyncGenerator<VerdictRow | SpeculationError, void, void> {
  let failed = 0
  for (const { prompt, row, answer } of tasks) {
    if (signal?.aborted) throw new SpeculationError('ERR_ABORTED', 'the judging was cancelled')
    try {
      const candidate = { model: basename(record.model.path), answer }
      const { outcome, ...heard } = await jury.score(prompt, candidate, { ...(signal && { signal }) })
      const verdict: VerdictRow = {
        promptId: row.promptId,
        repetition: row.repetition,
        judges: jury.models,
        score: outcome,
        verdicts: heard.verdicts.map(({ judge, verdict: { score, reason } }) => ({ judge, score, reason })),
        missing: heard.missing,
        judgedAt: new Date(clock.now()).toISOString(),
      }
      await file.append(verdict)
      failed = 0
      yield verdict
    } catch (error) {
      const isSpent = SpeculationError.is(error, 'ERR_BUDGET_EXCEEDED')
      if (!(isSpent || isJudgeFailure(error))) throw error
      yield error
      if (isSpent || ++failed === maxFailuresInRow) return
    }
  }
}
