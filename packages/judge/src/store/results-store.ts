import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { SpeculationError } from '@foretoken/contract'
import { readBounded } from '../read-bounded.js'
import type { Suite } from '../suite.js'
import { suiteSchema } from '../suite-schema.js'
import { type AnswerRow, answerRowSchema, rowKey } from './answer-row.js'
import { type JsonLinesFile, type JsonLinesSource, openJsonLines, readJsonLines } from './json-lines.js'
import { makeFolder } from './make-folder.js'
import { lastReviews, type Review, reviewSchema } from './review.js'
import { type RunRecord, runIdSchema, runRecordSchema } from './run-record.js'
import { type RunSummary, runSummarySchema } from './run-summary.js'
import { type SummarizedRun, summaryCsv } from './summary-csv.js'
import { validated } from './validated.js'
import { type VerdictRow, verdictRowSchema, withVerdicts } from './verdict-row.js'
import { writeWhole } from './write-whole.js'

/** A run as it is stored. */
export interface StoredRun {
  readonly record: RunRecord
  /** One for a prompt and repetition, in the order of writing; scored by judges where no checker scored it. */
  readonly rows: readonly AnswerRow[]
}

/** A run that gets more answers. */
export interface OpenRun extends StoredRun, AsyncDisposable {
  /** Whether the answer of that name is there. */
  has(name: Pick<AnswerRow, 'promptId' | 'repetition'>): boolean
  /** Resolves when the answer is on disk. */
  append(row: AnswerRow): Promise<void>
}

/** Runs in a folder. Several processes may write, each to runs of its own; any number may read. */
export interface ResultsStore {
  /** Begins a run, or goes on with the one of that name. */
  open(record: RunRecord, suite: Suite): Promise<OpenRun>
  read(runId: string): Promise<StoredRun>
  /** What judges said of a run, for more; of several verdicts on one answer the last counts. */
  openVerdicts(runId: string): Promise<JsonLinesFile<VerdictRow>>
  /** What people said of a run; of several reviews of one answer by one person the last counts. */
  readReviews(runId: string): Promise<readonly Review[]>
  /** What people said of a run, for more. */
  openReviews(runId: string): Promise<JsonLinesFile<Review>>
  /** The suite that a run was asked, as it was then. */
  readSuite(record: RunRecord): Promise<Suite>
  /** Names of all runs, unfinished ones included, sorted. */
  runIds(): Promise<readonly string[]>
  /** Finished runs, in the order in which they finished. */
  finished(): Promise<readonly RunSummary[]>
  /**
   * Puts a run on the index, once, and writes `summary.csv` anew; where judging changed what there is to say of it, the last
   * line counts.
   */
  finish(summary: RunSummary): Promise<void>
}

const maxRecordBytes = 2 ** 20
const maxSuiteBytes = 64 * 2 ** 20
const maxSummaryBytes = 64 * 2 ** 20
const maxAnswersBytes = 256 * 2 ** 20

/** The store in a folder, which need not be there yet. */
export function resultsStore(folder: string): ResultsStore {
  const index = { path: join(folder, 'index.jsonl'), schema: runSummarySchema, maxBytes: maxAnswersBytes }
  const finished = async (): Promise<readonly RunSummary[]> => {
    return lastOfEach((await readJsonLines(index)).values)
  }
  return {
    open: (record, suite) => openRun(folder, record, suite),
    read: (runId) => readRun(folder, runId),
    openVerdicts: (runId) => openJsonLines(verdictsOf(runFolder(folder, runId))),
    readReviews: async (runId) => lastReviews((await readJsonLines(reviewsOf(runFolder(folder, runId)))).values),
    openReviews: (runId) => openJsonLines(reviewsOf(runFolder(folder, runId))),
    readSuite: async (record) => {
      const path = suitePath(folder, record)
      return validated(await readBounded(path, maxSuiteBytes), suiteSchema, path)
    },
    runIds: () => runIds(folder),
    finished,
    async finish(summary) {
      await makeFolder(folder)
      await using file = await openJsonLines(index)
      const known = file.values.findLast(({ runId }) => runId === summary.runId)
      if (known === undefined || !saysTheSame(known, summary)) await file.append(summary)
      // Read again: another process may have finished a run meanwhile.
      await writeSummary(folder, await finished())
    },
  }
}

async function openRun(folder: string, record: RunRecord, suite: Suite): Promise<OpenRun> {
  const path = runFolder(folder, record.runId)
  await makeFolder(path)
  await makeFolder(join(folder, 'suites'))
  if (!(await exists(suitePath(folder, record)))) await writeWhole(suitePath(folder, record), JSON.stringify(suite))
  const known = await exists(join(path, 'run.json'))
  const checked = validated(JSON.stringify(record), runRecordSchema, record.runId)
  if (!known) await writeWhole(join(path, 'run.json'), `${JSON.stringify(checked, undefined, 2)}\n`)
  const kept = known ? await readRecord(path) : checked
  const file: JsonLinesFile<AnswerRow> = await openJsonLines(answersOf(path))
  const keys = new Set(file.values.map(rowKey))
  return {
    record: kept,
    has: (name) => keys.has(rowKey(name)),
    get rows() {
      return firstOfEach(file.values, rowKey)
    },
    async append(row) {
      await file.append(row)
      keys.add(rowKey(row))
    },
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  }
}

async function readRun(folder: string, runId: string): Promise<StoredRun> {
  const path = runFolder(folder, runId)
  if (!(await exists(join(path, 'run.json')))) {
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `${folder} has no run ${runId}`)
  }
  const { values } = await readJsonLines(answersOf(path))
  const { values: verdicts } = await readJsonLines(verdictsOf(path))
  return { record: await readRecord(path), rows: withVerdicts(firstOfEach(values, rowKey), verdicts) }
}

async function readRecord(path: string): Promise<RunRecord> {
  const file = join(path, 'run.json')
  return validated(await readBounded(file, maxRecordBytes), runRecordSchema, file)
}

async function runIds(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(folder, 'runs')).catch(() => [])
  const whole: string[] = []
  for (const name of names.filter((each) => runIdSchema.safeParse(each).success).sort()) {
    // A run that stopped before its first file has nothing to show.
    if (await exists(join(folder, 'runs', name, 'run.json'))) whole.push(name)
  }
  return whole
}

function runFolder(folder: string, runId: string): string {
  // A name from outside must not lead out of the folder.
  return join(folder, 'runs', validated(JSON.stringify(runId), runIdSchema, 'the name of the run'))
}

function suitePath(folder: string, { suite: { suite, version, fingerprint } }: RunRecord): string {
  return join(folder, 'suites', `${suite.replace(/[^\w-]/g, '_')}-v${version}-${fingerprint}.json`)
}

function answersOf(path: string): JsonLinesSource<AnswerRow> {
  return { path: join(path, 'answers.jsonl'), schema: answerRowSchema, maxBytes: maxAnswersBytes }
}

function verdictsOf(path: string): JsonLinesSource<VerdictRow> {
  return { path: join(path, 'verdicts.jsonl'), schema: verdictRowSchema, maxBytes: maxAnswersBytes }
}

function reviewsOf(path: string): JsonLinesSource<Review> {
  return { path: join(path, 'reviews.jsonl'), schema: reviewSchema, maxBytes: maxAnswersBytes }
}

/** Writes the table of all finished runs, unless it is as it should be: a kill may have come between index and table. */
async function writeSummary(folder: string, finished: readonly RunSummary[]): Promise<void> {
  const runs: SummarizedRun[] = []
  for (const summary of finished) {
    const path = runFolder(folder, summary.runId)
    // A run may be deleted by hand; its line in the index stays.
    if (await exists(join(path, 'run.json'))) runs.push({ summary, record: await readRecord(path) })
  }
  const text = summaryCsv(runs)
  const path = join(folder, 'summary.csv')
  const before = (await exists(path)) ? await readBounded(path, maxSummaryBytes) : ''
  if (before !== text) await writeWhole(path, text)
}

/** The last summary of each run, in the order in which they first finished. */
function lastOfEach(summaries: readonly RunSummary[]): readonly RunSummary[] {
  return [...new Map(summaries.map((summary) => [summary.runId, summary])).values()]
}

/** Whether two summaries differ in nothing but the time. */
function saysTheSame(one: RunSummary, other: RunSummary): boolean {
  return isDeepStrictEqual({ ...one, finishedAt: '' }, { ...other, finishedAt: '' })
}

/** Two processes that were started at once may both have written an answer; the first one counts. */
function firstOfEach<Value>(values: readonly Value[], keyOf: (value: Value) => string): readonly Value[] {
  const seen = new Map<string, Value>()
  for (const value of values) if (!seen.has(keyOf(value))) seen.set(keyOf(value), value)
  return [...seen.values()]
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
