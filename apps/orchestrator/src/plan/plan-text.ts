import { type MemoryPlan, type PlannedModel, shellWords } from '@foretoken/registry'
import type { Colours } from '../colours.js'
import { bytes } from '../doctor/decoding-bandwidth.js'
import type { PlannedLaunch, PlanResult } from './plan-result.js'

/** How a plan is printed. */
export interface PlanTextOptions {
  readonly colours: Colours
  /** Paths of files that were written instead of being printed. */
  readonly written: readonly string[]
}

/** The plan as a person reads it; an exported configuration where one was asked for. */
export function planText(result: PlanResult, { colours, written }: PlanTextOptions): string {
  const { exported, launches, memory, notes, registry } = result
  if (exported !== undefined) {
    const files = written.length > 0 ? written.map((path) => `wrote ${path}\n`) : exported.files.map(fileText)
    return `${files.join('\n')}${exported.notes.map((note) => `# ${note}\n`).join('')}`
  }
  const only = launches.length === 1 ? launches[0] : undefined
  const parts = [
    ...(registry === undefined ? [] : [`Registry ${registry}`]),
    ...(only === undefined ? [overview(launches, colours)] : [launchText(only, colours)]),
    memoryText(memory, { colours, only: only?.memoryName }),
    ...(notes.length === 0 || only !== undefined ? [] : [notes.map((note) => `- ${note}`).join('\n')]),
    ...(only === undefined ? ['foretoken plan ROLE says how a role is started, and why.'] : []),
  ]
  return `${parts.join('\n\n')}\n`
}

function fileText({ name, text }: { readonly name: string; readonly text: string }): string {
  return `# ${name}\n${text}`
}

function overview(launches: readonly PlannedLaunch[], { bold }: Colours): string {
  const width = Math.max(...launches.map(({ name }) => name.length))
  const lines = launches.map(({ name, model, plan }) => `  ${name.padEnd(width)}  ${plan.engine.padEnd(12)}  ${model}`)
  return [bold('Roles'), ...lines].join('\n')
}

function launchText({ name, model, plan, notes }: PlannedLaunch, { bold }: Colours): string {
  const environment = Object.entries(plan.environment).map(([key, value]) => `${key}=${value} `)
  const width = Math.max(...plan.choices.map(({ about }) => about.length))
  return [
    `${bold(name)}: ${model}`,
    '',
    `  ${environment.join('')}${shellWords(plan.command)}`,
    '',
    ...plan.choices.map(({ about, because }) => `  ${about.padEnd(width)}  ${because}`),
    ...plan.refusals.map((refusal) => `  - ${refusal}`),
    ...notes.map((note) => `  - ${note}`),
  ].join('\n')
}

interface MemoryTextOptions {
  readonly colours: Colours
  /** The one model that matters. */
  readonly only: string | undefined
}

function memoryText({ budgetBytes, loadedBytes, models }: MemoryPlan, { colours, only }: MemoryTextOptions): string {
  const shown = only === undefined ? models : models.filter(({ name }) => name === only)
  const width = Math.max(0, ...shown.map(({ name }) => name.length))
  return [
    `${colours.bold('Memory')}: models may take ${bytes(budgetBytes)}; ${bytes(loadedBytes)} are loaded at the start`,
    ...shown.map((model) => memoryLine(model, width)),
  ].join('\n')
}

function memoryLine({ name, bytes: size, place, evicts, loadSeconds, because }: PlannedModel, width: number): string {
  const load = loadSeconds === undefined ? '' : `loads in ${loadSeconds.toFixed(1)} s`
  const instead = evicts.length === 0 ? '' : ` Instead of: ${evicts.join(', ')}.`
  return `  ${place.padEnd(10)}  ${name.padEnd(width)}  ${bytes(size).padStart(7)}  ${load.padEnd(16)}  ${because}${instead}`
}
