import { SpeculationError } from '@foretoken/contract'
import { type GgufMetadata, ggufDamage } from '@foretoken/registry/gguf'
import type { ModelFile } from './model-file.js'

/** What the metadata say about a model that can continue a text. */
export interface ModelMetadata {
  readonly architecture: string
  readonly vocabularySize: number
  readonly trainedContextTokens: number
  /** The Jinja source; `undefined` where the file has none. */
  readonly chatTemplate: string | undefined
  /** Whether it looks back only, as what continues a text must. */
  readonly continuesText: boolean
  /** llama.cpp's `enum llama_pooling_type`; `undefined` where the file says nothing. */
  readonly pooling: number | undefined
}

/** What a model is to do: continue a text, or turn one into a vector or a score. */
export type ModelTask = 'text' | 'vectors'

// llama.cpp loads these, but they translate, denoise or speak, and some are no models of their own.
const neitherTask: readonly string[] = [
  ...['t5', 'clip', 'wavtokenizer-dec', 'dream', 'llada', 'llada-moe', 'rnd1', 'qwen3tts', 'pockettts', 'eagle3'],
  'dflash',
]
const vectorsOnly: readonly string[] = [
  ...['bert', 'modern-bert', 'nomic-bert', 'nomic-bert-moe', 'neo-bert', 'jina-bert-v2', 'jina-bert-v3', 'eurobert'],
  ...['gemma-embedding', 'llama-embed', 't5encoder'],
]
const refusedFor: Readonly<Record<ModelTask, ReadonlySet<string>>> = {
  text: new Set([...neitherTask, ...vectorsOnly]),
  vectors: new Set(neitherTask),
}
// LLAMA_MAX_LAYERS, LLAMA_MAX_EXPERTS. Above them, and where an assertion below would fail, llama.cpp ends the process.
const mostLayers = 512
const mostExperts = 512

/** Reads what is needed of the metadata; throws `ERR_MODEL_UNSUPPORTED` or `ERR_MODEL_FORMAT` where it cannot be run. */
export function readModelMetadata(
  { path, tensorNames }: ModelFile,
  metadata: GgufMetadata,
  task: ModelTask = 'text',
): ModelMetadata {
  const architecture = metadata.get('general.architecture')
  if (typeof architecture !== 'string' || architecture === '') {
    throw ggufDamage(path, 'its metadata do not name an architecture')
  }
  const type = metadata.get('general.type') ?? 'model'
  if (type !== 'model') throw unsupported(path, `it is a GGUF file of type ${JSON.stringify(type)}, not a model`)
  const isCausal = metadata.get(`${architecture}.attention.causal`) !== false
  checkTask(path, task, { architecture, isCausal })
  const tokens = metadata.get('tokenizer.ggml.tokens')
  if (typeof tokens !== 'object' || tokens.items === 0) throw unsupported(path, 'it has no vocabulary')
  checkShape(path, { get: (name) => metadata.get(`${architecture}.${name}`), tensorNames })
  const trained = metadata.get(`${architecture}.context_length`)
  const template = metadata.get('tokenizer.chat_template')
  const pooling = metadata.get(`${architecture}.pooling_type`)
  return {
    architecture,
    vocabularySize: tokens.items,
    trainedContextTokens: typeof trained === 'number' && trained > 0 ? trained : 4096,
    chatTemplate: typeof template === 'string' && template !== '' ? template : undefined,
    continuesText: isCausal && !refusedFor.text.has(architecture),
    pooling: typeof pooling === 'number' ? pooling : undefined,
  }
}

function checkTask(
  path: string,
  task: ModelTask,
  { architecture, isCausal }: { readonly architecture: string; readonly isCausal: boolean },
): void {
  if (refusedFor[task].has(architecture)) {
    const lacks = task === 'text' ? 'do not continue text' : 'make no vectors'
    throw unsupported(path, `models of architecture ${architecture} ${lacks}`)
  }
  if (task === 'text' && !isCausal) throw unsupported(path, 'its attention is not causal')
}

/** `ERR_MODEL_UNSUPPORTED` in one sentence with the cure. */
export function unsupported(
  path: string,
  reason: string,
  options: { readonly cause?: unknown; readonly details?: Readonly<Record<string, unknown>> } = {},
): SpeculationError<'ERR_MODEL_UNSUPPORTED'> {
  const cure = 'use a text model of an architecture that llama.cpp runs, such as llama, qwen3, gemma3 or lfm2'
  return new SpeculationError('ERR_MODEL_UNSUPPORTED', `cannot run ${path}: ${reason}; ${cure}`, {
    details: { path, reason, ...options.details },
    cause: options.cause,
  })
}

interface Shape {
  /** A number of the model's architecture. */
  readonly get: (name: string) => unknown
  readonly tensorNames: ReadonlySet<string>
}

/** What must be known where a tensor of that name is; models of other kinds leave it out or say 0. */
const shapeOfTensors: readonly (readonly [name: string, tensor: string])[] = [
  ['attention.head_count', 'blk.0.attn_q.weight'],
  ['feed_forward_length', 'blk.0.ffn_down.weight'],
]

/**
 * The numbers on which llama.cpp asserts instead of complaining (`llama_model::load_hparams`, `create_tensor`), which
 * would end this process. Lists, one number a layer, are left to it.
 */
function checkShape(path: string, { get, tensorNames }: Shape): void {
  const check = (
    name: string,
    { min = 0, max = Number.MAX_VALUE }: { readonly min?: number; readonly max?: number },
  ) => {
    const value = get(name)
    if (typeof value !== 'number' || (value >= min && value <= max)) return
    throw ggufDamage(
      path,
      `its ${name} is ${value}, expected ${min} or more${max < Number.MAX_VALUE ? `, at most ${max}` : ''}`,
    )
  }
  check('block_count', { min: 1, max: mostLayers })
  check('embedding_length', { min: 1 })
  for (const [name, tensor] of shapeOfTensors) {
    if (!tensorNames.has(tensor)) continue
    if (get(name) === undefined) throw ggufDamage(path, `its metadata do not say ${name}`)
    check(name, { min: 1 })
  }
  // Models without attention say that they have no heads.
  const heads = get('attention.head_count')
  if (typeof heads === 'number' && heads > 0) {
    for (const name of ['head_count_kv', 'key_length', 'value_length']) check(`attention.${name}`, { min: 1 })
  }
  for (const name of ['layer_norm_epsilon', 'layer_norm_rms_epsilon']) check(`attention.${name}`, {})
  checkExperts(path, get('expert_count') ?? 0, get('expert_used_count') ?? 0)
}

/** An override is the likelier reason here than the file. */
function checkExperts(path: string, experts: unknown, used: unknown): void {
  if (typeof experts !== 'number' || typeof used !== 'number') return
  const least = experts === 0 ? 0 : 1
  if (experts <= mostExperts && used >= least && used <= experts) return
  const message = `expert_used_count is ${used} of ${experts} experts, expected ${least} to ${Math.min(experts, mostExperts)}`
  throw new SpeculationError('ERR_OPTION_INVALID', `cannot run ${path}: ${message}`, {
    details: { path, experts, used },
  })
}
