import type { RollbackClass } from '@foretoken/contract'
import type { MemoryShape } from '../memory/memory-shape.js'
import type { VocabularyFacts } from './vocabulary-facts.js'

/** What a GGUF file says about the model in it. What it does not say is absent. */
export interface ModelFacts {
  /** Path or URL of the file, the first where there are several. */
  readonly location: string
  /** Name that its makers gave it. */
  readonly name?: string
  /** llama.cpp's name of the architecture. */
  readonly architecture: string
  /** `model` for one that continues a text; what else a GGUF file may hold otherwise. */
  readonly kind: ModelKind
  /** Names of all files, in order; more than one where the model is split. */
  readonly files: readonly string[]
  readonly fileBytes: number
  readonly parameters: number
  /** Parameters that one token passes: without the experts that are not chosen. */
  readonly activeParameters: number
  /** Bytes of weights that are read to write one token: without idle experts and the table of embeddings. */
  readonly bytesPerToken: number
  readonly quantization: QuantizationFacts
  readonly layers: number
  /** Width of a token's vector. */
  readonly embeddingLength: number
  /** Longest text that it was trained for, in tokens. */
  readonly contextTokens: number
  readonly experts?: ExpertFacts
  readonly vocabulary?: VocabularyFacts
  /** The Jinja source of its chat template. */
  readonly chatTemplate?: string
  /** How it writes the call of a tool, where its template is of a known family. */
  readonly toolCallFormat?: ToolCallFormat
  /** How rejected tokens leave its state, as llama.cpp can do it. */
  readonly rollback: RollbackClass
  /** Whether it can see, and needs a projector (`--mmproj`) for that. */
  readonly seesWithProjector: boolean
  /** Draft heads that lie in the file. */
  readonly draftHeads: readonly DraftHead[]
  /** What its memory depends on, for {@link estimateMemory}. */
  readonly memory: MemoryShape
}

/** What a GGUF file holds. */
export type ModelKind = 'model' | 'vocabulary' | 'draft-head' | 'projector' | 'adapter' | 'embedder' | 'other'

/** How the weights are stored. */
export interface QuantizationFacts {
  /** As files are named, such as `Q4_K_M`; the most used type where the file does not say. */
  readonly name: string
  readonly bitsPerWeight: number
  /** Types of the tensors, by bytes, largest first. */
  readonly types: readonly { readonly type: string; readonly tensors: number; readonly bytes: number }[]
}

/** The experts of a mixture. */
export interface ExpertFacts {
  readonly count: number
  /** Experts that a token passes by default. */
  readonly used: number
  /** Bytes of all of them, in all layers. */
  readonly bytes: number
  /** Experts that every token passes. */
  readonly shared: number
  /** The key for `--override-kv`, such as `qwen3moe.expert_used_count`. */
  readonly overrideKey: string
}

/** How a model writes tool calls, by the family of its template. */
export type ToolCallFormat =
  | 'hermes'
  | 'qwen3-coder'
  | 'glm'
  | 'mistral'
  | 'llama3'
  | 'harmony'
  | 'deepseek'
  | 'dsml'
  | 'kimi-k2'
  | 'lfm2'
  | 'command-r'
  | 'functionary'
  | 'gemma'
  | 'minimax'

/** A head that drafts for the model it was trained with. */
export interface DraftHead {
  readonly kind: 'mtp' | 'eagle3' | 'dflash'
  readonly layers: number
}
