import { SpeculationError } from '@foretoken/contract'
import { stringify } from 'yaml'
import type { MachineFacts } from '../machine/machine-facts.js'
import type { LaunchModel } from '../plans/launch-model.js'
import { planLaunch } from '../plans/plan-launch.js'
import { shellWords } from '../plans/shell-words.js'
import type { Exported } from './exported.js'

/** A configuration of llama-swap. */
export interface LlamaSwapConfiguration {
  readonly models: Readonly<Record<string, LlamaSwapModel>>
  readonly groups?: Readonly<Record<string, LlamaSwapGroup>>
  readonly hooks?: { readonly on_startup: { readonly preload: readonly string[] } }
}

/** How llama-swap starts a model. */
export interface LlamaSwapModel {
  readonly cmd: string
  readonly env?: readonly string[]
  readonly aliases?: readonly string[]
}

/** Models that are swapped for each other, or run side by side. */
export interface LlamaSwapGroup {
  readonly swap: boolean
  readonly exclusive: boolean
  readonly persistent: boolean
  readonly members: readonly string[]
}

/** Options of {@link exportLlamaSwap}. */
export interface LlamaSwapOptions {
  /**
   * Names of models that are loaded at the start and kept, as a memory plan says.
   * @defaultValue none: every model is swapped for every other
   */
  readonly hot?: readonly string[]
  /**
   * The program that is started.
   * @defaultValue 'llama-server'
   */
  readonly program?: string
}

/** Hot models run side by side and are kept; the others are swapped for each other. llama-swap chooses the ports. */
function llamaSwapConfiguration(
  models: readonly LaunchModel[],
  machine: MachineFacts,
  options: LlamaSwapOptions = {},
): LlamaSwapConfiguration {
  const { hot = [], program = 'llama-server' } = options
  assertNames(models)
  const names = models.map(({ name }) => name)
  const kept = names.filter((name) => hot.includes(name))
  const swapped = names.filter((name) => !hot.includes(name))
  const groups = {
    ...(kept.length > 0 && { hot: { swap: false, exclusive: false, persistent: true, members: kept } }),
    ...(swapped.length > 0 && { warm: { swap: true, exclusive: false, persistent: false, members: swapped } }),
  }
  return {
    models: Object.fromEntries(models.map((model) => [model.name, swapModel(model, { machine, program })])),
    ...(kept.length > 0 && { groups, hooks: { on_startup: { preload: kept } } }),
  }
}

function swapModel(
  { host: _, port: __, ...model }: LaunchModel,
  { machine, program }: { readonly machine: MachineFacts; readonly program: string },
): LlamaSwapModel {
  const { command, environment } = planLaunch(model, machine, { engine: 'llama-server', program })
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  return {
    // llama-swap puts the port in before the words are told apart.
    cmd: `${shellWords(command)} --port \${PORT}`,
    ...(variables.length > 0 && { env: variables }),
    ...(model.aliases !== undefined && model.aliases.length > 0 && { aliases: model.aliases }),
  }
}

/** llama-swap refuses a name that is given twice, aliases included. */
function assertNames(models: readonly LaunchModel[]): void {
  const seen = new Set<string>()
  for (const name of models.flatMap(({ name, aliases = [] }) => [name, ...aliases])) {
    if (seen.has(name)) {
      throw new SpeculationError('ERR_OPTION_INVALID', `${name} names two models; names and aliases must differ`, {
        details: { name },
      })
    }
    seen.add(name)
  }
}

/** The file that llama-swap's `--config` names. */
export function exportLlamaSwap(
  models: readonly LaunchModel[],
  machine: MachineFacts,
  options: LlamaSwapOptions = {},
): Exported {
  const configuration = llamaSwapConfiguration(models, machine, options)
  const moved = models.filter(({ port }) => port !== undefined).map(({ name }) => name)
  return {
    files: [{ name: 'llama-swap.yaml', text: stringify(configuration, { lineWidth: 0 }) }],
    notes: moved.length === 0 ? [] : [`llama-swap chooses the ports; those of ${moved.join(', ')} were left out.`],
  }
}
