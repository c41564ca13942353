import { basename } from 'node:path'
import { type Readiness, type ReadinessRole, type ResultsStore, readinessOf, type StoredRun } from '@foretoken/judge'
import { findRun } from './find-run.js'
import type { Say } from './runs.js'

/** What the runs of a model in a configuration show. */
export interface ModelReadiness extends Readiness {
  readonly model: string
  readonly configuration: string
  readonly runs: readonly string[]
}

/** Says what models are ready for: those of the runs that are named, or of the last of each model, configuration and suite. */
export async function runsReadiness(store: ResultsStore, names: readonly string[], say: Say): Promise<void> {
  const runIds = await Promise.all(names.map((name) => findRun(store, name)))
  const wanted = names.length > 0 ? runIds : (await store.finished()).map(({ runId }) => runId)
  const stored: StoredRun[] = []
  for (const runId of new Set(wanted)) stored.push(await store.read(runId))
  const models = modelsOf(stored, names.length > 0)
  const notes = 'an answer without a score counts as not passed'
  say({ models }, models.map(readinessText).join('\n') || `there are no finished runs (${notes})`)
}

/** What was asked under the same conditions belongs together; of runs of one suite the last counts, unless all are named. */
function modelsOf(runs: readonly StoredRun[], all: boolean): readonly ModelReadiness[] {
  const groups = new Map<string, Map<string, StoredRun>>()
  for (const run of runs) {
    const { model, configuration, sampling, suite, runId } = run.record
    const key = JSON.stringify([model.hash, configuration.name, configuration.settings, sampling.temperature])
    const group = groups.get(key) ?? new Map<string, StoredRun>()
    groups.set(key, group.set(all ? runId : suite.suite, run))
  }
  return [...groups.values()].map((group) => {
    const [first, ...more] = [...group.values()] as [StoredRun, ...StoredRun[]]
    const together = [first, ...more]
    return {
      model: first.record.model.path,
      configuration: first.record.configuration.name,
      runs: together.map(({ record }) => record.runId),
      ...readinessOf(together.flatMap(({ rows }) => rows)),
    }
  })
}

function readinessText({ model, configuration, runs, tiers, roles }: ModelReadiness): string {
  const counts = Object.entries(tiers).map(([tier, { passed, answers }]) => `${tier} ${passed} of ${answers}`)
  const role = (name: ReadinessRole): string => {
    const { ready, missing } = roles[name]
    return `  ${name.padEnd('orchestrator'.length)}  ${ready ? 'ready' : `not ready: ${missing.join('; ')}`}`
  }
  const of = `${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`
  return [
    `${basename(model)} · ${configuration}: ${counts.join(', ')} passed in ${of}`,
    role('worker'),
    role('orchestrator'),
  ].join('\n')
}
