import type { RollbackClass, Target, TokenId, Tokens } from '@foretoken/contract'
import type { ChatMessage, ChatPromptOptions } from './chat-types.js'
import type { EngineName } from './engine-choice.js'
import type { EngineTarget } from './target-types.js'

/** How a model file is loaded. */
export interface LoadModelOptions {
  /**
   * What decodes. `native`: the addon, which checks a draft in one call, samples and runs several sequences; on the CPU.
   * `node-llama-cpp`: greedy, one sequence; also on GPUs. `auto`: what the environment variable `FORETOKEN_ENGINE` says,
   * else native where it is built and no GPU is there.
   * @defaultValue 'auto'
   */
  readonly engine?: EngineName | 'auto'
  /**
   * CPU threads that evaluate (1 to 512).
   * @defaultValue the number of physical cores this process may use; the native engine tries at loading whether one
   * thread is faster, as it is on a busy machine
   */
  readonly threads?: number
  /**
   * Most sessions of one target that are open at once (1 to 256); only the native engine has more than one.
   * @defaultValue 1
   */
  readonly sequences?: number
  /**
   * How many tokens a recurrent model can go back without a checkpoint (0 to 64): so many states are kept, where the
   * architecture can. Longer rejected drafts go back to a checkpoint. Only the native engine has it.
   * @defaultValue 0
   */
  readonly snapshots?: number
  /**
   * Most tokens of one sequence, prompt and answer together (16 to the length the model was trained for).
   * @defaultValue the trained length, at most 4,096
   */
  readonly contextTokens?: number
  /**
   * Most tokens evaluated in one call (1 to `contextTokens`); longer prompts go in several, wider drafts are cut.
   * @defaultValue 512, at most `contextTokens`
   */
  readonly batchTokens?: number
  /**
   * `exact`: on a CPU, attention rounds alike at every verify width, so that Q8_0 models write the same text bit by bit
   * whatever is drafted. `fast`: llama.cpp's own choice, whose prompts are faster; where two tokens are almost equally
   * good, a draft may change which of them is taken.
   * @defaultValue 'exact'
   */
  readonly attention?: 'exact' | 'fast'
  /**
   * Maps the weights' file into memory instead of reading it (`use_mmap`). Memory that is read into can have huge pages, with
   * which a step is faster; a mapped file is shared by all processes that map it. On native only, node-llama-cpp always maps.
   * @defaultValue false where Linux gives huge pages to who asks and the weights take at most half of the free memory
   */
  readonly mapFile?: boolean
  /**
   * Most milliseconds (0 to 60,000) for which a verification, or a draft of this model, may block the JavaScript thread.
   * Where it is as short by the last one, and no other session is open, it is done there, which spares it the way to another
   * thread and back: 0.1 to 0.2 ms. On native only.
   * @defaultValue 0, never: all work is done on other threads
   */
  readonly mayBlockMs?: number
  /**
   * GGUF metadata that this load replaces, by name space and key, as in `{ qwen3moe: { expert_used_count: 4 } }`.
   * @defaultValue {}
   */
  readonly metadataOverrides?: MetadataOverrides
  /**
   * Most bytes that the weights and one context may take; more throws `ERR_BUDGET_EXCEEDED` before anything is loaded.
   * @defaultValue the memory that the machine has free
   */
  readonly memoryBudgetBytes?: number
  /** Hears how much of the weights is loaded (0 to 1). */
  readonly onProgress?: (rate: number) => void
  /** Cancels the loading, which frees all of it and throws `ERR_ABORTED`. */
  readonly signal?: AbortSignal
}

/** Replaced GGUF metadata: name space (the architecture, `general`, `tokenizer` …), then key. */
export type MetadataOverrides = Readonly<Record<string, Readonly<Record<string, number | string | boolean>>>>

/** A model in memory. Disposal also ends its targets and their sessions. */
export interface LoadedModel extends AsyncDisposable {
  readonly facts: ModelFacts
  /** Tokens of a text; a BOS token comes first only where the model's metadata asks for one. */
  tokenize(text: string, options?: TokenizeOptions): Tokens
  /** Tokens of a conversation in the model's own chat template, up to where the assistant speaks next. */
  chatPrompt(messages: readonly ChatMessage[], options?: ChatPromptOptions): Tokens
  /** Starts turning tokens into text, piece by piece. */
  textDecoder(options?: TextDecoderOptions): TextDecoderSession
  /** The bytes that a token adds to a text, which may be a part of a character; a special token has none. */
  tokenBytes(token: TokenId): Uint8Array
  /** Opens a fresh llama.cpp context to decode in. */
  openTarget(options?: OpenTargetOptions): Promise<Target>
}

/** A loaded model with what its engine can do besides. */
export interface EngineModel extends LoadedModel {
  openTarget(options?: OpenTargetOptions): Promise<EngineTarget>
}

/** How a text becomes tokens. */
export interface TokenizeOptions {
  /**
   * Whether `<|im_start|>` and the like become the special tokens that they spell.
   * @defaultValue false
   */
  readonly special?: boolean
}

/** How a target is opened. */
export interface OpenTargetOptions {
  /**
   * Most tokens of one sequence (16 to the length the model was trained for).
   * @defaultValue the model's `facts.contextTokens`
   */
  readonly contextTokens?: number
  /**
   * Most sessions that are open at once (1 to 256).
   * @defaultValue what the model was loaded with
   */
  readonly sequences?: number
}

/** How tokens become text. */
export interface TextDecoderOptions {
  /**
   * Special tokens that are shown as they are spelled, such as `[TOOL_CALLS]`; the others have no text.
   * @defaultValue none
   */
  readonly shown?: readonly string[]
}

/** Turns a sequence of tokens into text; special tokens have none. */
export interface TextDecoderSession {
  /** Text of these tokens after the earlier ones; bytes of an incomplete character are held back. */
  push(tokens: Tokens): string
  /** What was held back, with U+FFFD for bytes that stay incomplete; the session starts afresh. */
  end(): string
}

/** What a loaded model is. */
export interface ModelFacts {
  readonly path: string
  readonly fileBytes: number
  /** llama.cpp's name, e.g. `"qwen3"`. */
  readonly architecture: string
  /** Number of weights. */
  readonly parameters: number
  readonly vocabularySize: number
  /** SHA-256 of the vocabulary, as hexadecimal text: models that share it read and write the same tokens. */
  readonly tokenizerFingerprint: string
  /** Most tokens of one sequence of this load. */
  readonly contextTokens: number
  /** Length of the sequences the model was trained on, as its metadata says. */
  readonly trainedContextTokens: number
  /** Most tokens evaluated in one call. */
  readonly batchTokens: number
  /** How rejected tokens leave the model's state. */
  readonly rollback: RollbackClass
  readonly hasChatTemplate: boolean
  /** Tokens that end a text, ascending. */
  readonly endOfTextTokens: readonly TokenId[]
  readonly threads: number
  readonly engine: EngineName
  readonly engineVersion: string
  /** Where the layers run: `cpu`, or the GPU interface in use. */
  readonly backend: 'cpu' | 'metal' | 'cuda' | 'vulkan'
}

/** Memory that a model will take, foretold from its file. */
export interface MemoryEstimate {
  readonly weightsBytes: number
  /** One context: KV cache or recurrent state, and compute buffers. */
  readonly contextBytes: number
  readonly totalBytes: number
  readonly contextTokens: number
  readonly batchTokens: number
}

/** What a memory estimate depends on besides the file. */
export type EstimateMemoryOptions = Pick<
  LoadModelOptions,
  'contextTokens' | 'batchTokens' | 'attention' | 'metadataOverrides' | 'sequences'
>
