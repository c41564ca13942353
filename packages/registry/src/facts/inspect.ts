import { ggufDamage } from '../gguf/gguf-cursor.js'
import type { GgufTensor } from '../gguf/gguf-header.js'
import type { GgufLocation } from '../gguf/gguf-source.js'
import type { ReadHeaderOptions } from '../gguf/read-header.js'
import { layerCount, memoryShape } from '../memory/memory-shape.js'
import { kindOf, rollbackOf } from './architectures.js'
import { seesPictures, toolCallFormat } from './chat-facts.js'
import type { DraftHead, ModelFacts, ModelKind } from './model-facts.js'
import { type ModelMetadata, modelMetadata } from './model-metadata.js'
import { readModelParts } from './model-parts.js'
import { quantizationFacts } from './quantization-facts.js'
import { vocabularyFacts } from './vocabulary-facts.js'
import { expertFacts, weightFacts } from './weight-facts.js'

/** Options of {@link inspect}. */
export type InspectOptions = ReadHeaderOptions

/**
 * Says what a GGUF model is from the headers of its files, a path, a URL (read by ranges) or the bytes of a file's
 * beginning. Never reads weights. Throws `ERR_FILE_NOT_FOUND`, `ERR_MODEL_FORMAT` or `ERR_ABORTED`.
 */
export async function inspect(location: GgufLocation, options: InspectOptions = {}): Promise<ModelFacts> {
  const { first, files, fileBytes, tensors } = await readModelParts(location, options)
  const metadata = modelMetadata(first.header.metadata)
  const { architecture, text } = metadata
  if (architecture === '') throw ggufDamage(first.name, 'its metadata do not name an architecture')
  const vocabulary = vocabularyFacts(metadata.all)
  const chatTemplate = text('tokenizer.chat_template')
  const toolCalls = toolCallFormat(chatTemplate)
  const name = text('general.name')
  const experts = expertFacts(metadata, tensors)
  const heads = draftHeads(metadata, tensors)
  const kind = kindIn(tensors, { said: kindOf(architecture, text('general.type')), heads })
  const memory = memoryShape(metadata, tensors, vocabulary?.size ?? 0)
  return {
    location: first.name,
    ...(name !== undefined && { name }),
    architecture,
    kind,
    files,
    fileBytes,
    ...weightFacts(tensors, experts),
    quantization: quantizationFacts(tensors, metadata.all.get('general.file_type')),
    layers: layerCount(metadata),
    embeddingLength: memory.embeddingLength,
    contextTokens: metadata.number('context_length') ?? 0,
    ...(experts !== undefined && { experts }),
    ...(vocabulary !== undefined && { vocabulary }),
    ...(chatTemplate !== undefined && { chatTemplate }),
    ...(toolCalls !== undefined && { toolCallFormat: toolCalls }),
    rollback: rollbackOf(
      architecture,
      memory.attention.some(({ windowTokens }) => windowTokens !== undefined),
    ),
    seesWithProjector: kind === 'model' && seesPictures(architecture, chatTemplate),
    draftHeads: heads,
    memory,
  }
}

/** What the tensors make of what the metadata say. */
function kindIn(
  tensors: readonly GgufTensor[],
  { said, heads }: { readonly said: ModelKind; readonly heads: readonly DraftHead[] },
): ModelKind {
  if (said !== 'model') return said
  if (tensors.length === 0) return 'vocabulary'
  // Heads of a model may be published without its layers; llama.cpp tells them by this tensor (`mtp_only`).
  const hasLayers = tensors.some(({ name }) => name === 'blk.0.attn_norm.weight')
  return heads.length > 0 && !hasLayers ? 'draft-head' : 'model'
}

function draftHeads(metadata: ModelMetadata, tensors: readonly GgufTensor[]): readonly DraftHead[] {
  const { architecture } = metadata
  if (architecture === 'eagle3' || architecture === 'dflash')
    return [{ kind: architecture, layers: layerCount(metadata) }]
  // It is run as --spec-type draft-mtp, beside the model that it was made for.
  if (architecture === 'gemma4-assistant') return [{ kind: 'mtp', layers: layerCount(metadata) }]
  const layers = metadata.number('nextn_predict_layers') ?? 0
  const isThere = tensors.some(({ name }) => name.includes('.nextn.'))
  return layers > 0 && isThere ? [{ kind: 'mtp', layers }] : []
}
