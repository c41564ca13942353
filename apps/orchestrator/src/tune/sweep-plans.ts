import { type Drafter, SpeculationError } from '@foretoken/contract'
import { type Drafting, type DraftingOptions, drafterNames, draftingOf } from '../drafting.js'
import type { DraftingSources, OpenedSources } from '../drafting-sources.js'
import type { SweepPlan } from './run-sweep.js'
import type { TuneOptions } from './tune-options.js'
import type { TunedValue, TuneSweep } from './tune-result.js'
import type { Setup } from './workload.js'

/** What is to be varied, checked; the plans themselves need the models. */
export interface TunePlan {
  /** Everything that may draft. */
  readonly draftings: readonly Drafting[]
  /** One sweep after another; a later one may ask what the earlier ones found. */
  readonly sweeps: readonly PlanSweep[]
}

/** Makes the plan of one sweep. */
export type PlanSweep = (sources: OpenedSources, earlier: readonly TuneSweep[]) => SweepPlan | Promise<SweepPlan>

/** Reads what the options say. Throws `ERR_OPTION_INVALID` for options that cannot be meant. */
export function planTuning(options: TuneOptions): TunePlan {
  const plans = { k: lengthPlan, temp: temperaturePlan, drafter: drafterPlan }
  return plans[options.what](options)
}

/** Who drafts while something else is varied: the draft model where there is one. */
export function fixedDrafter({ drafter, draft }: DraftingOptions): string {
  return drafter ?? (draft === undefined ? 'auto' : 'model')
}

function lengthPlan(options: TuneOptions): TunePlan {
  const { lengths = [2, 4, 6, 8, 12, 16, 24] } = options
  if (options.k !== undefined) throw invalid('--k fixes what tune k varies; leave --k out')
  const values = distinct([0, ...lengths])
  const draftings = new Map(values.map((length) => [length, wanted({ ...options, k: Math.max(1, length) })]))
  const plan: PlanSweep = (sources) => ({
    varied: 'k',
    values,
    setupOf: (length) => (length === 0 ? {} : setupOf(draftings.get(Number(length)), sources)),
  })
  return { draftings: [...draftings.values()], sweeps: [plan] }
}

function temperaturePlan(options: TuneOptions): TunePlan {
  const { temperatures = defaultTemperatures, seed = 0, draft } = options
  const drafting = wanted(options)
  const plan: PlanSweep = (sources) => ({
    varied: 'temperature',
    values: distinct(temperatures),
    setupOf: (temperature) => ({ ...setupOf(drafting, sources), sampling: { temperature: Number(temperature), seed } }),
  })
  const sweeps = draft === undefined ? [plan] : [plan, draftTemperaturePlan(options, drafting)]
  return { draftings: [drafting], sweeps }
}

/** The draft model's own temperature, at the target's that was found best. */
function draftTemperaturePlan({ draftTemperatures, seed = 0 }: TuneOptions, drafting: Drafting): PlanSweep {
  const values = distinct(draftTemperatures ?? defaultTemperatures)
  return async (sources, [first]) => {
    const sampling = { temperature: Number(first?.best ?? 0), seed }
    const models = new Map<TunedValue, Drafter>()
    for (const value of values) {
      const model = await sources.draftModel?.drafter(value)
      if (model !== undefined) models.set(value, model)
    }
    const sourcesAt = (value: TunedValue): DraftingSources => {
      const model = models.get(value)
      return { ...sources, ...(model && { model }) }
    }
    return {
      varied: 'draft-temperature',
      values,
      setupOf: (value) => ({ ...setupOf(drafting, sourcesAt(value)), sampling }),
    }
  }
}

function drafterPlan(options: TuneOptions): TunePlan {
  const { draft, draftTemp, memory, ...others } = options
  const draftings = new Map<TunedValue, Drafting>()
  for (const drafter of options.drafters ?? everyDrafter(options)) {
    const ofModel = { ...(draft !== undefined && { draft }), ...(draftTemp !== undefined && { draftTemp }) }
    const asks = (name: string) => drafter === 'auto' || drafter.split('+').includes(name)
    const ofSuffix = memory !== undefined && asks('suffix') && { memory }
    const drafting = draftingOf({ ...others, drafter, ...(asks('model') && ofModel), ...ofSuffix })
    if (drafting !== undefined) draftings.set(drafter, drafting)
  }
  const plan: PlanSweep = (sources) => ({
    varied: 'drafter',
    values: ['none', ...draftings.keys()],
    setupOf: (name) => setupOf(draftings.get(name), sources),
  })
  return { draftings: [...draftings.values()], sweeps: [plan] }
}

const defaultTemperatures: readonly number[] = [0, 0.3, 0.5, 0.7, 1]

function setupOf(drafting: Drafting | undefined, sources: DraftingSources): Setup {
  return drafting === undefined ? {} : { create: () => drafting.create(sources) }
}

function everyDrafter({ draft }: TuneOptions): readonly string[] {
  return drafterNames.filter((name) => name !== 'none' && (name !== 'model' || draft !== undefined))
}

function wanted(options: DraftingOptions): Drafting {
  const drafting = draftingOf({ ...options, drafter: fixedDrafter(options) })
  if (drafting !== undefined) return drafting
  throw invalid('there is nothing to tune without a drafter; leave --drafter none out')
}

function distinct(values: readonly number[]): readonly number[] {
  return [...new Set(values)]
}

function invalid(message: string): SpeculationError<'ERR_OPTION_INVALID'> {
  return new SpeculationError('ERR_OPTION_INVALID', message)
}
