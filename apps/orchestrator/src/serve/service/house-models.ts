import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import { estimateModelMemory, inspect, type ModelFacts } from '@foretoken/registry'
import type { ModelConfig, ServeConfig } from '../config/serve-config.js'
import { embeddedEngine } from '../embedded/embedded-engine.js'
import type { StartEngine } from '../serving-engine.js'
import type { HouseModel } from './house-model.js'

/** Slots of a model that is not told how many. */
export const defaultSlots = 4

/** The models of a configuration with what they will take; nothing is loaded. Throws for files that cannot be served. */
export async function houseModels(config: ServeConfig, signal: AbortSignal): Promise<readonly HouseModel[]> {
  return await Promise.all(config.models.map((model) => houseModel(model, { config, signal })))
}

interface ModelParts {
  readonly config: ServeConfig
  readonly signal: AbortSignal
}

async function houseModel(model: ModelConfig, parts: ModelParts): Promise<HouseModel> {
  const { name, path, pin = false, priority = 0, ttlMs } = model
  if (path === undefined) throw new SpeculationError('ERR_OPTION_INVALID', `${name} has no path; name its GGUF file`)
  const facts = await inspect(path, { signal: parts.signal })
  assertServed(facts)
  return {
    name,
    aliases: fileNames(path),
    created: Math.floor((await stat(path)).mtimeMs / 1_000),
    bytes: (await foretoldBytes(model, facts)) + (await draftBytes(model, parts.signal)),
    isPinned: pin,
    priority,
    ...(ttlMs !== undefined && { ttlMs }),
    start: startEngine({ ...model, path }, { facts, config: parts.config }),
  }
}

/** Which names of its file a model can be asked by: with and without folder and ending. */
function fileNames(path: string): readonly string[] {
  const file = basename(path)
  return [path, file, file.replace(/\.gguf$/, '')]
}

async function foretoldBytes({ context, slots = defaultSlots }: ModelConfig, facts: ModelFacts): Promise<number> {
  const each = context ?? Math.min(facts.contextTokens, 4_096)
  return estimateModelMemory(facts, { contextTokens: Math.max(16, each) * slots, sequences: slots }).totalBytes
}

async function draftBytes(model: ModelConfig, signal: AbortSignal): Promise<number> {
  return model.draft === undefined ? 0 : await foretoldBytes(model, await inspect(model.draft, { signal }))
}

function startEngine(
  model: ModelConfig & { readonly path: string },
  { facts, config }: { readonly facts: ModelFacts; readonly config: ServeConfig },
): StartEngine {
  const { name, path, context, slots = defaultSlots, threads, draft, experts } = model
  return embeddedEngine({
    path,
    slots,
    load: {
      ...(context !== undefined && { contextTokens: context }),
      ...(threads !== undefined && { threads }),
      ...(experts !== undefined && { metadataOverrides: { [facts.architecture]: { expert_used_count: experts } } }),
    },
    ...(draft !== undefined && { draft }),
    ...(config.memory !== undefined && { memory: join(config.memory, `${name}.ftmem`) }),
  })
}

function assertServed({ kind, location }: ModelFacts): void {
  if (kind === 'model' || kind === 'embedder') return
  throw new SpeculationError(
    'ERR_MODEL_UNSUPPORTED',
    `${location} holds a ${kind}, which does not run by itself; name the GGUF file of a model`,
    { details: { kind } },
  )
}
