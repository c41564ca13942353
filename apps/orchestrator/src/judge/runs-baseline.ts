import { basename } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import { type Baselines, type ResultsStore, type StoredRun, systemClock } from '@foretoken/judge'
import { findRun } from './find-run.js'
import type { Say } from './runs.js'

/** Sets a baseline, or lists them. */
export async function runsBaseline(
  store: ResultsStore,
  baselines: Baselines,
  { run, name }: { readonly run?: string; readonly name: string },
  say: Say,
): Promise<void> {
  if (run === undefined) {
    const all = await baselines.all()
    say({ baselines: all }, all.map((each) => `${each.name}  ${each.runId}`).join('\n') || 'there are no baselines')
    return
  }
  const { record } = await store.read(await findRun(store, run))
  if (!(await store.finished()).some(({ runId }) => runId === record.runId)) {
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      `${record.runId} is not finished; the foretoken judge run that began it goes on with it`,
    )
  }
  const baseline = await baselines.set(name, record, systemClock.now())
  const about = `${record.suite.suite} by ${basename(record.model.path)}`
  say({ baseline }, `${record.runId} is the baseline ${name} of ${about}`)
}

/** The run that is the baseline of another. */
export async function baselineOf(
  store: ResultsStore,
  baselines: Baselines,
  name: string,
  { record }: StoredRun,
): Promise<StoredRun> {
  const baseline = await baselines.find(name, record)
  if (baseline !== undefined) return store.read(baseline.runId)
  const about = `${record.suite.suite} by ${basename(record.model.path)}`
  const cure = `name a second run, or make one the baseline: foretoken runs baseline RUN`
  throw new SpeculationError('ERR_OPTION_INVALID', `${about} has no baseline ${name}; ${cure}`)
}
