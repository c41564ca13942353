import { join } from 'node:path'
import type { ModelFacts } from '@foretoken/registry'
import type { ModelConfig, ServeConfig } from '../config/serve-config.js'
import { embeddedEngine } from '../embedded/embedded-engine.js'
import type { StartEngine } from '../serving-engine.js'
import { llamaServerEngine } from '../upstream/llama-server-engine.js'
import { remoteEngine } from '../upstream/remote-engine.js'

/** Slots of a model that is not told how many. */
export const defaultSlots = 4

/** A model with its file. */
export interface LocalModel extends ModelConfig {
  readonly path: string
}

/** Starts a model in a process of its own, with Foretoken's loop or as `llama-server`. */
export function startLocal(model: LocalModel, facts: ModelFacts, config: ServeConfig): StartEngine {
  return model.engine === 'llama-server' ? startServer(model, facts, config) : startEmbedded(model, facts, config)
}

function startEmbedded(model: LocalModel, { architecture }: ModelFacts, { memory }: ServeConfig): StartEngine {
  const { name, path, context, slots = defaultSlots, threads, draft, experts, snapshots, embeddings } = model
  return embeddedEngine({
    path,
    slots,
    load: {
      ...(context !== undefined && { contextTokens: context }),
      ...(threads !== undefined && { threads }),
      ...(snapshots !== undefined && { snapshots }),
      ...(experts !== undefined && { metadataOverrides: { [architecture]: { expert_used_count: experts } } }),
    },
    ...(draft !== undefined && { draft }),
    ...(embeddings !== undefined && { embeddings }),
    ...(memory !== undefined && { memory: join(memory, `${name}.ftmem`) }),
  })
}

function startServer(model: LocalModel, { kind }: ModelFacts, { engines }: ServeConfig): StartEngine {
  const { path, context, slots = defaultSlots, threads, draft, experts, mmproj, rpc } = model
  const { serves = kind === 'embedder' ? 'vectors' : 'text' } = model
  return llamaServerEngine({
    path,
    slots,
    serves,
    ...(engines.llamaServer !== undefined && { program: engines.llamaServer }),
    ...(engines.llamaServerArguments !== undefined && { args: engines.llamaServerArguments }),
    ...(context !== undefined && { contextTokens: context }),
    ...(threads !== undefined && { threads }),
    ...(experts !== undefined && { experts }),
    ...(mmproj !== undefined && { projectorPath: mmproj }),
    ...(rpc !== undefined && { rpcServers: rpc }),
    ...(draft !== undefined && { draft: { kind: 'model', path: draft } }),
    ...(draft === undefined && serves === 'text' && { lookup: {} }),
  })
}

/** Asks servers elsewhere. */
export function startRemote(model: ModelConfig): StartEngine {
  const { name, upstreams = [], slots, dialect, images, serves = 'text' } = model
  return remoteEngine({
    model: name,
    servers: upstreams.map(({ url, model: there, keyEnvironment }) => ({
      baseUrl: url,
      ...(there !== undefined && { model: there }),
      ...(keyEnvironment !== undefined && { apiKeyVariable: keyEnvironment }),
    })),
    ...(slots !== undefined && { slots }),
    ...(dialect !== undefined && { dialect }),
    ...(images !== undefined && { takesImages: images }),
    ...(serves === 'vectors' && { embeds: true }),
    ...(serves === 'ranks' && { ranks: true }),
  })
}
