import { fixedLength } from '@foretoken/adaptive-k'
import { SpeculationError } from '@foretoken/contract'
import { type Drafting, drafterNames, draftingOf } from '../drafting.js'
import type { SweepPlan } from './run-sweep.js'
import type { TuneOptions } from './tune-options.js'
import type { TunedValue } from './tune-result.js'
import type { Setup } from './workload.js'

/** What is to be varied, one after another. Throws `ERR_OPTION_INVALID` for options that cannot be meant. */
export function planSweeps(options: TuneOptions): readonly SweepPlan[] {
  const plans = { k: lengthPlan, temp: temperaturePlan, drafter: drafterPlan }
  return [plans[options.what](options)]
}

function lengthPlan({ drafter = 'lookup', lengths = [2, 4, 6, 8, 12, 16, 24], k }: TuneOptions): SweepPlan {
  if (k !== undefined) throw invalid('--k fixes what tune k varies; leave --k out')
  const { drafter: create } = wanted(drafter)
  return {
    varied: 'k',
    values: distinct([0, ...lengths]),
    setupOf: (length) => (length === 0 ? {} : { drafter: create, policy: () => fixedLength(Number(length)) }),
  }
}

function temperaturePlan(options: TuneOptions): SweepPlan {
  const { drafter = 'lookup', temperatures = [0, 0.3, 0.5, 0.7, 1], seed = 0, k } = options
  const { drafter: create, policy } = wanted(drafter, k)
  return {
    varied: 'temperature',
    values: distinct(temperatures),
    setupOf: (temperature) => ({ drafter: create, policy, sampling: { temperature: Number(temperature), seed } }),
  }
}

function drafterPlan({ drafters = everyDrafter(), k }: TuneOptions): SweepPlan {
  const setups = new Map<TunedValue, Setup>([['none', {}]])
  for (const name of drafters) {
    const drafting = draftingOf(name, k)
    if (drafting !== undefined) setups.set(name, { drafter: drafting.drafter, policy: drafting.policy })
  }
  return { varied: 'drafter', values: [...setups.keys()], setupOf: (name) => setups.get(name) ?? {} }
}

function everyDrafter(): readonly string[] {
  const names = drafterNames.filter((name) => name !== 'none')
  return [...names, names.join('+')]
}

function wanted(name: string, k?: number): Drafting {
  const drafting = draftingOf(name, k)
  if (drafting !== undefined) return drafting
  throw invalid('there is nothing to tune without a drafter; leave --drafter none out')
}

function distinct(values: readonly number[]): readonly number[] {
  return [...new Set(values)]
}

function invalid(message: string): SpeculationError<'ERR_OPTION_INVALID'> {
  return new SpeculationError('ERR_OPTION_INVALID', message)
}
