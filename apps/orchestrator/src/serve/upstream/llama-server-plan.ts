import { assertInteger, SpeculationError } from '@foretoken/contract'
import {
  estimateModelMemory,
  inspect,
  inspectMachine,
  type LaunchModel,
  type LaunchPlan,
  type MachineFacts,
  type ModelFacts,
  planLaunch,
} from '@foretoken/registry'
import type { LlamaServerEngineOptions } from './llama-server-options.js'

/** What is started, and what it will take. */
export interface PlannedServer {
  readonly plan: Pick<LaunchPlan, 'command' | 'environment'>
  readonly memoryBytes: number
}

const defaultSlots = 4
const longestDefaultContext = 4_096

/** Plans a llama-server as `foretoken plan` does. Throws what is wrong with the file or the options. */
export async function planServer(options: LlamaServerEngineOptions, signal: AbortSignal): Promise<PlannedServer> {
  const { path, slots = defaultSlots, memoryBytes, plan } = options
  assertInteger('slots', slots, { min: 1, max: 256 })
  if (memoryBytes !== undefined) assertInteger('memoryBytes', memoryBytes, { min: 0, max: Number.MAX_SAFE_INTEGER })
  const facts = await inspect(path, { signal })
  const contextTokens = options.contextTokens ?? Math.max(16, Math.min(facts.contextTokens, longestDefaultContext))
  assertInteger('contextTokens', contextTokens, { min: 16, max: 2 ** 31 - 1 })
  return {
    plan: plan ?? withMore(await planned(options, { facts, contextTokens, slots }), options),
    memoryBytes: memoryBytes ?? foretold(facts, contextTokens, slots),
  }
}

function foretold(facts: ModelFacts, contextTokens: number, slots: number): number {
  return estimateModelMemory(facts, { contextTokens: contextTokens * slots, sequences: slots }).totalBytes
}

interface Planned {
  readonly facts: ModelFacts
  readonly contextTokens: number
  readonly slots: number
}

async function planned(options: LlamaServerEngineOptions, parts: Planned): Promise<LaunchPlan> {
  const { path, program, threads, projectorPath, rpcServers, draft, lookup, serves = 'text' } = options
  const { facts, contextTokens, slots } = parts
  const experts = expertOverride(facts, options.experts)
  const model: LaunchModel = {
    ...{ name: 'model', path, contextTokens, sequences: slots },
    ...(experts && { overrides: [experts] }),
    ...(projectorPath !== undefined && { projectorPath }),
    ...(serves === 'vectors' && { embeds: true }),
    ...(draft && { draft }),
    ...(lookup && { lookup }),
  }
  return planLaunch(model, machineWith(await inspectMachine({ measure: false }), threads), {
    engine: 'llama-server',
    ...(program !== undefined && { program }),
    ...(rpcServers && { rpcServers }),
  })
}

function withMore({ command, environment }: LaunchPlan, options: LlamaServerEngineOptions): PlannedServer['plan'] {
  const { serves = 'text', args = [] } = options
  return { command: [...command, ...(serves === 'ranks' ? ['--reranking'] : []), ...args], environment }
}

/** As many cores as threads are wanted: the plan takes one thread for each. */
function machineWith(machine: MachineFacts, threads: number | undefined): MachineFacts {
  if (threads === undefined) return machine
  assertInteger('threads', threads, { min: 1, max: 4_096 })
  const { cores: _, ...limits } = machine.limits
  return { ...machine, physicalCores: threads, logicalCores: threads, limits }
}

function expertOverride(
  { experts, location }: ModelFacts,
  count: number | undefined,
): { key: string; value: number } | undefined {
  if (count === undefined) return undefined
  if (experts === undefined) {
    const message = `experts must be left out for ${location}: it has none, got ${count}`
    throw new SpeculationError('ERR_OPTION_INVALID', message)
  }
  assertInteger('experts', count, { min: 1, max: experts.count })
  return { key: experts.overrideKey, value: count }
}
