import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import { estimateModelMemory, inspect, type ModelFacts } from '@foretoken/registry'
import type { ModelConfig, ServeConfig } from '../config/serve-config.js'
import type { HouseModel } from './house-model.js'
import { defaultSlots, startLocal, startRemote } from './start-engine.js'

/** The models of a configuration with what they will take; nothing is loaded. Throws for files that cannot be served. */
export async function houseModels(parts: HouseModelsParts): Promise<readonly HouseModel[]> {
  return await Promise.all(parts.config.models.map((model) => houseModel(model, parts)))
}

/** What models are made of. */
export interface HouseModelsParts {
  readonly config: ServeConfig
  readonly signal: AbortSignal
}

/** One model of a configuration. */
export async function houseModel(model: ModelConfig, parts: HouseModelsParts): Promise<HouseModel> {
  const { name, path, pin = false, priority = 0, ttlMs } = model
  const rank = { name, isPinned: pin, priority, ...(ttlMs !== undefined && { ttlMs }) }
  if (path === undefined) return { ...rank, aliases: [], created: 0, bytes: 0, start: startRemote(model) }
  const facts = await inspect(path, { signal: parts.signal })
  assertServed(facts)
  return {
    ...rank,
    aliases: fileNames(path),
    created: Math.floor((await stat(path)).mtimeMs / 1_000),
    bytes: foretoldBytes(model, facts) + (await draftBytes(model, parts.signal)),
    start: startLocal({ ...model, path }, facts, parts.config),
  }
}

/** Which names of its file a model can be asked by: with and without folder and ending. */
function fileNames(path: string): readonly string[] {
  const file = basename(path)
  return [path, file, file.replace(/\.gguf$/, '')]
}

function foretoldBytes(model: ModelConfig, facts: ModelFacts): number {
  const { context, slots = defaultSlots, snapshots: keptStates = 0, embeddings = false } = model
  const contextTokens = Math.max(16, context ?? Math.min(facts.contextTokens, 4_096))
  const shape = { contextTokens: contextTokens * slots, sequences: slots, keptStates }
  const { totalBytes } = estimateModelMemory(facts, shape)
  // Vectors are made by the same file, loaded once more.
  return embeddings ? totalBytes + estimateModelMemory(facts, { contextTokens }).totalBytes : totalBytes
}

async function draftBytes(model: ModelConfig, signal: AbortSignal): Promise<number> {
  if (model.draft === undefined) return 0
  return foretoldBytes({ ...model, snapshots: 0, embeddings: false }, await inspect(model.draft, { signal }))
}

function assertServed({ kind, location }: ModelFacts): void {
  if (kind === 'model' || kind === 'embedder') return
  throw new SpeculationError(
    'ERR_MODEL_UNSUPPORTED',
    `${location} holds a ${kind}, which does not run by itself; name the GGUF file of a model`,
    { details: { kind } },
  )
}
