import {
  type AnswerRow,
  baselines,
  compareRuns,
  comparisonFault,
  type ResultsStore,
  type Review,
  type RunComparison,
  type RunSummary,
  type StoredRun,
  type Suite,
  summarizeRun,
} from '@foretoken/judge'
import { findRun } from '../judge/find-run.js'
import { type RunFigures, runFigures } from './run-figures.js'

/** A run as a report shows it. */
export interface ReportRun extends StoredRun {
  /** Letter of who answers: the same in all suites. */
  readonly letter: string
  readonly finished: boolean
  readonly figures: RunFigures
  readonly summary: RunSummary
  /** What people said of its answers. */
  readonly reviews: readonly Review[]
}

/** What one run does better and worse than another. */
export interface ReportComparison {
  readonly one: ReportRun
  readonly other: ReportRun
  readonly comparison: RunComparison
}

/** Runs of the same prompts. */
export interface ReportSuite {
  /** A name that no other suite of the report has. */
  readonly name: string
  /** Absent: it is not with the results any more. */
  readonly suite?: Suite
  readonly runs: readonly ReportRun[]
  /**
   * Each run against the one that is the baseline of its model, else the one whose scores it inherits, else the first of its
   * model; and what the runs of a model are compared with against that of the first model.
   */
  readonly comparisons: readonly ReportComparison[]
}

/** What a report is made of. */
export interface ReportData {
  /** Folder of the results. */
  readonly out: string
  readonly suites: readonly ReportSuite[]
}

/** Reads runs, all of them where none is named, and works out what there is to say of them. */
export async function reportData(store: ResultsStore, out: string, names: readonly string[]): Promise<ReportData> {
  const finished = new Set((await store.finished()).map(({ runId }) => runId))
  const all = names.length === 0
  const runIds = all ? await store.runIds() : await Promise.all(names.map((name) => findRun(store, name)))
  const stored: ReviewedRun[] = []
  for (const runId of new Set(runIds)) {
    stored.push({ ...(await store.read(runId)), reviews: await store.readReviews(runId) })
  }
  // Runs that are named are compared in the order of their names, whatever their baselines are.
  const known = all ? await baselines(out).all() : []
  const references = new Set(known.filter(({ name }) => name === 'default').map(({ runId }) => runId))
  if (all) stored.sort((a, b) => compareText(a.record.startedAt, b.record.startedAt))
  const letters = new Map<string, string>()
  const runs = stored.map((run): ReportRun => {
    const who = subjectKey(run)
    const letter = letters.get(who) ?? letterOf(letters.size)
    letters.set(who, letter)
    const { runId } = run.record
    return {
      ...run,
      letter,
      finished: finished.has(runId),
      figures: runFigures(run.rows),
      summary: summarizeRun(run.record, run.rows, run.record.startedAt),
    }
  })
  return { out, suites: await suitesOf(store, runs, references) }
}

/** Prompts in the order of the suite, then those that are only among the answers. */
export function promptIds({ suite, runs }: ReportSuite): readonly string[] {
  const known = suite?.prompts.map(({ id }) => id) ?? []
  return [...new Set([...known, ...runs.flatMap(({ rows }) => rows.map(({ promptId }) => promptId))])]
}

/** Answers of a run to a prompt, by repetition. */
export function answersTo({ rows }: ReportRun, promptId: string): readonly AnswerRow[] {
  return rows.filter((row) => row.promptId === promptId).sort((a, b) => a.repetition - b.repetition)
}

type ReviewedRun = StoredRun & Pick<ReportRun, 'reviews'>

async function suitesOf(
  store: ResultsStore,
  runs: readonly ReportRun[],
  references: ReadonlySet<string>,
): Promise<readonly ReportSuite[]> {
  const groups: ReportRun[][] = []
  for (const run of runs) {
    const same = groups.find(([first]) => first && !comparisonFault(first.record.suite, run.record.suite))
    if (same === undefined) groups.push([run])
    else same.push(run)
  }
  return Promise.all(
    groups.map(async (group): Promise<ReportSuite> => {
      const [first] = group as [ReportRun]
      const { suite: name, version, fingerprint } = first.record.suite
      const alike = groups.filter(([one]) => one?.record.suite.suite === name && one.record.suite.version === version)
      const suite = await store.readSuite(first.record).catch(() => undefined)
      return {
        name: `${name} v${version}${alike.length > 1 ? ` (${fingerprint})` : ''}`,
        ...(suite && { suite }),
        runs: group,
        comparisons: comparisonsOf(group, references),
      }
    }),
  )
}

function comparisonsOf(group: readonly ReportRun[], references: ReadonlySet<string>): readonly ReportComparison[] {
  const referenceOf = ({ record }: ReportRun): ReportRun | undefined => {
    const ofModel = group.filter((run) => run.record.model.hash === record.model.hash)
    return ofModel.find((run) => references.has(run.record.runId)) ?? ofModel[0]
  }
  const [first] = group
  return group.flatMap((other) => {
    const own = referenceOf(other)
    const baseline = group.find(({ record }) => record.runId === other.record.baseline)
    const chosen = own !== undefined && references.has(own.record.runId) ? own : (baseline ?? own)
    const one = own === other ? first && referenceOf(first) : chosen
    return one === undefined || one === other ? [] : [{ one, other, comparison: compareRuns(one, other) }]
  })
}

/** Everything but the prompts, and where the model's file lies. */
function subjectKey({ record }: StoredRun): string {
  const { runId: _, suite: __, prompts: ___, startedAt: ____, baseline, model, ...who } = record
  return JSON.stringify({ ...who, model: model.hash, inherits: baseline !== undefined }, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => compareText(a, b)))
      : value,
  )
}

/** A to Z, AA to ZZ and so on. */
function letterOf(index: number): string {
  const before = Math.floor(index / 26)
  return `${before > 0 ? letterOf(before - 1) : ''}${String.fromCharCode(65 + (index % 26))}`
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
