import { SpeculationError } from '@foretoken/contract'
import { type Drafting, type DraftingOptions, drafterNames, draftingOf } from '../drafting.js'
import type { SweepPlan } from './run-sweep.js'
import type { TuneOptions } from './tune-options.js'
import type { TunedValue } from './tune-result.js'
import type { Setup } from './workload.js'

/** What is to be varied, one after another. Throws `ERR_OPTION_INVALID` for options that cannot be meant. */
export function planSweeps(options: TuneOptions): readonly SweepPlan[] {
  const plans = { k: lengthPlan, temp: temperaturePlan, drafter: drafterPlan }
  return [plans[options.what](options)]
}

function lengthPlan(options: TuneOptions): SweepPlan {
  const { lengths = [2, 4, 6, 8, 12, 16, 24] } = options
  if (options.k !== undefined) throw invalid('--k fixes what tune k varies; leave --k out')
  const values = distinct([0, ...lengths])
  const created = new Map(values.map((length) => [length, wanted({ ...options, k: Math.max(1, length) })]))
  return {
    varied: 'k',
    values,
    setupOf: (length) => (length === 0 ? {} : setupOf(created.get(Number(length)))),
  }
}

function temperaturePlan(options: TuneOptions): SweepPlan {
  const { temperatures = [0, 0.3, 0.5, 0.7, 1], seed = 0 } = options
  const setup = setupOf(wanted(options))
  return {
    varied: 'temperature',
    values: distinct(temperatures),
    setupOf: (temperature) => ({ ...setup, sampling: { temperature: Number(temperature), seed } }),
  }
}

function drafterPlan(options: TuneOptions): SweepPlan {
  const setups = new Map<TunedValue, Setup>([['none', {}]])
  for (const drafter of options.drafters ?? everyDrafter())
    setups.set(drafter, setupOf(draftingOf({ ...options, drafter })))
  return { varied: 'drafter', values: [...setups.keys()], setupOf: (name) => setups.get(name) ?? {} }
}

function setupOf(drafting: Drafting | undefined): Setup {
  return drafting === undefined ? {} : { create: drafting.create }
}

function everyDrafter(): readonly string[] {
  return drafterNames.filter((name) => name !== 'none')
}

function wanted(options: DraftingOptions): Drafting {
  const drafting = draftingOf(options)
  if (drafting !== undefined) return drafting
  throw invalid('there is nothing to tune without a drafter; leave --drafter none out')
}

function distinct(values: readonly number[]): readonly number[] {
  return [...new Set(values)]
}

function invalid(message: string): SpeculationError<'ERR_OPTION_INVALID'> {
  return new SpeculationError('ERR_OPTION_INVALID', message)
}
