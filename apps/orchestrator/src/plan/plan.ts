import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type ExportConfigurationOptions,
  type Exported,
  exportConfiguration,
  inspectMachine,
  type LaunchModel,
  type MachineFacts,
  type MachineSource,
  type MemoryPlan,
  parseRegistry,
  planLaunch,
  planMemory,
  type Registry,
  readRegistryText,
  registryPools,
  roleLaunch,
  shippedRegistry,
} from '@foretoken/registry'
import { coloursOf } from '../colours.js'
import { printableValues } from '../doctor/printable-values.js'
import type { Host } from '../host.js'
import { listenForInterruption } from '../interruption.js'
import { openPartialFile } from '../partial-file.js'
import { progressLine } from '../progress-line.js'
import { untilInterrupted } from '../until-interrupted.js'
import { launchOptions } from './launch-options.js'
import { modelLaunch } from './model-launch.js'
import type { PlanOptions } from './plan-options.js'
import type { PlannedLaunch, PlanResult } from './plan-result.js'
import { planText } from './plan-text.js'

/** What `plan` is handed from outside. */
export interface PlanPorts {
  /**
   * Where facts about the machine come from.
   * @defaultValue the machine that this process runs on
   */
  readonly machine?: MachineSource
}

/**
 * Does what `foretoken plan` does and returns its exit code; failures are thrown. Starts no model. The text, or with `json`
 * the object, goes to the host's stdout.
 */
export async function plan(options: PlanOptions, host: Host, ports: PlanPorts = {}): Promise<number> {
  const { json = false, out } = options
  using interruption = listenForInterruption(host)
  using progress = progressLine(host.stderr)
  const work = async (): Promise<number> => {
    if (options.serve !== undefined) {
      const { planServe } = await import('../serve/preview/plan-serve.js')
      return await planServe({ ...options, serve: options.serve }, host, interruption.signal)
    }
    const source = ports.machine === undefined ? {} : { source: ports.machine }
    const machine = await inspectMachine({ measure: false, ...source })
    const result = await planned(options, { machine, signal: interruption.signal })
    const written = await write(result.exported, out)
    host.stdout.write(
      json
        ? `${JSON.stringify(result, undefined, host.stdout.isTTY === true ? 2 : 0)}\n`
        : planText(printableValues(result), {
            written,
            colours: coloursOf(host.stdout, host.env, options.color),
          }),
    )
    return 0
  }
  return await untilInterrupted({ host, interruption, progress, json, command: 'plan' }, work)
}

interface Parts {
  readonly machine: MachineFacts
  readonly signal: AbortSignal
}

async function planned(options: PlanOptions, parts: Parts): Promise<PlanResult> {
  const { what } = options
  return what !== undefined && /[/\\]|\.gguf$/.test(what)
    ? await planFile(what, options, parts)
    : await planRegistry(options, parts)
}

async function planFile(path: string, options: PlanOptions, { machine, signal }: Parts): Promise<PlanResult> {
  const { launch, pool, words, notes } = await modelLaunch(path, options, signal)
  const memory = planMemory({ hot: [pool], warm: [] }, machine)
  return {
    machine,
    memory,
    launches: [
      {
        name: launch.name,
        model: words,
        plan: planLaunch(launch, machine, await launchOptions(options)),
        memoryName: pool.name,
        notes,
      },
    ],
    notes: [],
    ...exportOf([launch], { options, machine, memory, hot: [] }),
  }
}

async function planRegistry(options: PlanOptions, { machine }: Parts): Promise<PlanResult> {
  const { what } = options
  const path = options.registry ?? fileURLToPath(shippedRegistry)
  const registry = parseRegistry(await readRegistryText(path), path)
  const { notes, ...pools } = registryPools(registry)
  const memory = planMemory(pools, machine)
  const servers = what === undefined ? serverRoles(registry) : [what]
  const roles = servers.map((name) => ({ name, ...roleLaunch(registry, name) }))
  const settings = await launchOptions(options)
  const launches = roles.map(
    ({ name, role, modelId, quantisation, launch, notes: missing }): PlannedLaunch => ({
      name,
      ...memoryNameOf(memory, modelId),
      model: `${modelId} ${quantisation}${name === role ? '' : `, on the server of ${role}`}`.trim(),
      plan: planLaunch(launch, machine, settings),
      notes: missing,
    }),
  )
  const kept = new Set(memory.models.filter(({ place }) => place === 'hot').map(({ name }) => name.split(' ')[0]))
  const hot = roles.filter(({ modelId }) => kept.has(modelId)).map(({ launch }) => launch.name)
  const models = roles.map(({ launch }) => launch)
  return {
    machine,
    registry: registry.name,
    memory,
    launches,
    notes,
    ...exportOf(models, { options, machine, memory, hot }),
  }
}

function memoryNameOf({ models }: MemoryPlan, modelId: string): { readonly memoryName?: string } {
  const found = models.find(({ name }) => name === modelId || name.startsWith(`${modelId} `))
  return found === undefined ? {} : { memoryName: found.name }
}

/** Roles that have a server of their own. */
function serverRoles({ roles }: Registry): readonly string[] {
  return roles.filter(({ assignments }) => assignments[0]?.sharesServerOf === undefined).map(({ id }) => id)
}

interface ExportQuestion {
  readonly options: PlanOptions
  readonly machine: MachineFacts
  readonly memory: MemoryPlan
  readonly hot: readonly string[]
}

function exportOf(
  models: readonly LaunchModel[],
  { options, machine, hot }: ExportQuestion,
): { readonly exported?: Exported } {
  const { export: target, rpc = [] } = options
  if (target === undefined) return {}
  const workers = rpc.map((address) => {
    const at = address.lastIndexOf(':')
    return { host: address.slice(0, at), port: Number(address.slice(at + 1)) }
  })
  const settings: ExportConfigurationOptions = { hot, workers }
  return { exported: exportConfiguration(target, models, machine, settings) }
}

/** Paths of the files that were written. */
async function write(exported: Exported | undefined, folder: string | undefined): Promise<readonly string[]> {
  if (exported === undefined || folder === undefined) return []
  const paths: string[] = []
  for (const { name, text } of exported.files) {
    const path = join(resolve(folder), name)
    await using partial = await openPartialFile(path, 'configuration')
    await partial.file.writeFile(text)
    await partial.keep()
    paths.push(path)
  }
  return paths
}
