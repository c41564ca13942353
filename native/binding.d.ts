/**
 * What the addon gives to JavaScript. Every failure is an `Error` whose `code` is one of Foretoken's (`ERR_ENGINE_LOST`,
 * `ERR_OPTION_INVALID`, `ERR_SESSION_BUSY`, `ERR_SESSION_CLOSED`, `ERR_ABORTED`, `ERR_BUDGET_EXCEEDED`,
 * `ERR_MODEL_UNSUPPORTED`, `ERR_MEMORY_FORMAT`). What takes time happens on a thread of the context; what is disposed of
 * while it works is freed when the work is done.
 */
export interface NativeBinding {
  /** The node-llama-cpp release that the addon was compiled against. */
  readonly engineVersion: string
  /** Loads ggml's backends from the folder of node-llama-cpp's libraries, by default the one that is installed; once a process. */
  start(libraryFolder?: string): NativeEngineFacts
  /** How much of the addon's there is in the process, closed or not; what nobody holds any more goes with the next collection. */
  living(): NativeLiving
  /** Starts the engine first where nobody has. */
  loadModel(path: string, options?: NativeModelOptions): Promise<NativeModel>
}

/** Loads the compiled addon and checks that it fits the installed node-llama-cpp; throws `ERR_ENGINE_VERSION` or `ERR_ENGINE_LOST` with the cure. */
export function loadBinding(): NativeBinding

/** Whether this machine has the compiled addon; otherwise why not. */
export function bindingStatus(): { readonly available: boolean; readonly reason: string }

export interface NativeEngineFacts {
  /** `llama_print_system_info`. */
  readonly systemInfo: string
  /** File name of the CPU library that ggml chose, e.g. `libggml-cpu-haswell.so`. */
  readonly cpuLibrary: string
}

export interface NativeLiving {
  readonly models: number
  readonly contexts: number
  readonly sequences: number
  /** Promises that are not settled. */
  readonly calls: number
}

export interface NativeModelOptions {
  /** Replaced metadata, by full key. */
  readonly overrides?: readonly NativeOverride[]
  /** Maps the file instead of reading it (`use_mmap`), which has huge pages where Linux gives them to who asks. Default true. */
  readonly mapFile?: boolean
  /** A non-zero first element cancels the loading. */
  readonly cancel?: Int32Array
  readonly onProgress?: (rate: number) => void
}

export type NativeOverride =
  | { readonly key: string; readonly kind: 'int' | 'float'; readonly value: number }
  | { readonly key: string; readonly kind: 'bool'; readonly value: boolean }
  | { readonly key: string; readonly kind: 'string'; readonly value: string }

export interface NativeModel {
  readonly vocabularySize: number
  /** Tokens that end a text (`llama_vocab_is_eog`), ascending. */
  readonly endOfTextTokens: Int32Array
  readonly trainedContextTokens: number
  /** Size of the weights in bytes (`llama_model_size`). */
  readonly weightsBytes: number
  readonly isRecurrent: boolean
  readonly isHybrid: boolean
  /** Width of the sliding attention window, 0 without one. */
  readonly slidingWindowTokens: number
  createContext(options: NativeContextOptions): Promise<NativeContext>
  /** A sampler chain on its own, for tests and for the judges of its distribution. Throws `ERR_OPTION_INVALID`. */
  createSampler(sampling?: NativeSampling): NativeSampler
  dispose(): Promise<void>
}

export interface NativeContextOptions {
  /** Most tokens of one sequence. */
  readonly contextTokens: number
  /** Sequences that can be open at once (1 to 256); each has its own cells. Default 1. */
  readonly sequences?: number
  /** Most tokens of one decode, all sequences together (`n_batch`, `n_ubatch`). Default 512. */
  readonly batchTokens?: number
  readonly threads: number
  /** Threads for batches wider than one token. Default `threads`. */
  readonly batchThreads?: number
  readonly keyType?: 'f16' | 'f32' | 'bf16' | 'q8_0'
  readonly valueType?: 'f16' | 'f32' | 'bf16' | 'q8_0'
  /** States that a recurrent model keeps to go back to (`n_rs_seq`), 0 to 64. Default 0. */
  readonly snapshots?: number
}

export interface NativeContext {
  readonly rollback: 'trim' | 'sliding-window' | 'bounded' | 'checkpoint' | 'none'
  /** What llama.cpp granted of the asked-for snapshots. */
  readonly snapshots: number
  counters(): NativeCounters
  /**
   * Takes a free sequence, evaluates all of `prompt` but its last token, which becomes the pending one. With `reuse`
   * (default true) the longest prefix shared with a closed sequence of this context, and scope, is not evaluated again.
   */
  open(prompt: Int32Array, options?: NativeOpenOptions): Promise<NativeSequence>
  /**
   * A sequence from what {@link NativeSequence.save} gave; `ERR_MEMORY_FORMAT` where it is damaged, of another model, another
   * engine version or other cache types. In a context of another number of sequences its text is evaluated anew.
   */
  restore(state: Uint8Array, options?: NativeOpenOptions): Promise<NativeSequence>
  dispose(): Promise<void>
}

export interface NativeOpenOptions {
  readonly sampling?: NativeSampling
  /**
   * How many of the prompt's last tokens belong to the answer already, as where an interrupted request goes on: the sampler
   * accepts them as chosen tokens, so that the grammar takes them in. Default 0.
   */
  readonly answerTokens?: number
  readonly reuse?: boolean
  /** Whose text it is: `reuse` goes on from sequences of the same scope only. Default ''. */
  readonly scope?: string
  /** A non-zero first element cancels at the next decode border. */
  readonly cancel?: Int32Array
  readonly onProgress?: (doneTokens: number) => void
}

/** Since the context was made. */
export interface NativeCounters {
  /** Calls of `llama_decode`. */
  readonly decodes: number
  /** Tokens in them. */
  readonly evaluatedTokens: number
  /** Tokens that were not evaluated because a closed sequence had them. */
  readonly reusedTokens: number
  readonly checkpoints: number
  readonly checkpointBytes: number
  /** Tokens that were evaluated again after a checkpoint was restored. */
  readonly replayedTokens: number
  readonly decodeMs: number
  readonly samplingMs: number
  readonly rollbackMs: number
}

export interface NativeSequence {
  /** Tokens so far, the pending one included. */
  readonly depth: number
  readonly reusedTokens: number
  /**
   * Decodes the pending token and `draft` in one batch, shared with what other sequences asked before it began. Cutting drafts (vocabulary, end of text, free context, batch) is done here.
   */
  verify(draft: Int32Array): Promise<NativeVerdict>
  /**
   * The same on the calling thread, which spares the way to the context's thread and back. `undefined` where that thread has
   * something to do, another sequence is open, or it would take more than `mostMs` milliseconds by the last decode.
   */
  verifyHere(draft: Int32Array, mostMs: number): NativeVerdict | undefined
  /** Withdraws a `verify` that has not begun, which then rejects with `ERR_ABORTED`; returns whether it could. */
  withdraw(): boolean
  /**
   * For draft models: makes the text `prefix tokens so far` + `tokens`; what the state holds beyond the shared part is rolled
   * back at the next {@link NativeSequence.draft}.
   */
  append(tokens: Int32Array): void
  /** Catches up in one batch, then drafts token by token; the text stays as it was. */
  draft(limits: {
    readonly maxTokens: number
    readonly minProbability: number
    readonly cancel?: Int32Array
  }): Promise<NativeDraft>
  /** The same on the calling thread, where {@link NativeSequence.verifyHere} would be done there, too. */
  draftHere(
    limits: { readonly maxTokens: number; readonly minProbability: number },
    mostMs: number,
  ): NativeDraft | undefined
  /**
   * Seconds by width on the live sequence, median of what fits into the budget; NaN where it did not fit or the width is
   * not possible. Leaves no trace. At depth 1 of a context that cannot trim it is measured on a scratch sequence.
   */
  measureCost(widths: Int32Array, budgetMs: number): Promise<Float64Array>
  /** State, tokens and pending token, for {@link NativeContext.restore}. */
  save(): Promise<Uint8Array>
  /** Frees the sequence; its state stays for reuse until the place is needed. */
  close(): Promise<void>
}

export interface NativeVerdict {
  readonly accepted: number
  readonly next: number
  /** The pending token and what was tried of the draft. */
  readonly width: number
  /**
   * Tokens of the text that had to be evaluated again before them, mostly in the same decode, because a checkpoint was
   * restored; 0 where rejected tokens can be trimmed.
   */
  readonly replayedTokens: number
  /** Tokens of other sequences in the same decode; they share all of it only where `microBatches` is 1. */
  readonly batchWidth: number
  /**
   * What llama.cpp split the decode into and evaluated one after the other. Sequences in successive places of the context share
   * what they have in common of width; what one of them has beyond that, or behind a place that asked nothing, is another.
   */
  readonly microBatches: number
  readonly end: '' | 'end-of-text' | 'context-full'
  readonly topGap: number
  /** Wall time from the start of the decode to the verdict. */
  readonly verifyMs: number
  /** Of it inside `llama_decode`, whatever was evaluated again included. */
  readonly decodeMs: number
  readonly samplingMs: number
  readonly rollbackMs: number
  /** With `topLogProbabilities` n: for each committed token its own entry and the n best, as n + 1 ids and values. */
  readonly choiceTokens?: Int32Array
  readonly choiceLogProbabilities?: Float32Array
}

export interface NativeDraft {
  readonly tokens: Int32Array
  readonly probabilities: Float32Array
}

/** As the contract's `Sampling`, flat; absent means off. */
export interface NativeSampling {
  readonly temperature?: number
  /** Key of the noise, as two halves so that 53 bits arrive whole. */
  readonly seedLow?: number
  readonly seedHigh?: number
  readonly topK?: number
  readonly topP?: number
  readonly minP?: number
  readonly typicalP?: number
  readonly topNSigma?: number
  readonly xtcProbability?: number
  readonly xtcThreshold?: number
  readonly penaltyLastTokens?: number
  readonly penaltyRepeat?: number
  readonly penaltyFrequency?: number
  readonly penaltyPresence?: number
  readonly dryMultiplier?: number
  readonly dryBase?: number
  readonly dryAllowedTokens?: number
  readonly dryLastTokens?: number
  readonly dryBreakers?: readonly string[]
  readonly biasTokens?: Int32Array
  readonly biasValues?: Float32Array
  /** GBNF; the root rule is `root`. */
  readonly grammar?: string
  readonly topLogProbabilities?: number
}

export interface NativeSampler {
  /** The text so far counts for penalties and DRY, not for the grammar. */
  acceptPrompt(tokens: Int32Array): void
  /**
   * What the chain chooses at `position` (index in the text) from these raw logits; changes nothing. Without
   * `withProbability` (default true) the probability, which costs more than all the rest, is NaN.
   */
  choose(logits: Float32Array, position: number, withProbability?: boolean): NativeChoice
  /** Makes a token part of the text. */
  accept(token: number): void
  clone(): NativeSampler
}

export interface NativeChoice {
  readonly token: number
  /**
   * Distance from the best to the second-best logit behind the chain, noise times temperature included; Infinity where only
   * one is left. Greedy passes over stages that always keep the best token (top-k, top-p, min-p, top-n-sigma).
   */
  readonly topGap: number
  /** Of the chosen token behind the chain, temperature included; for greedy at temperature 1. */
  readonly probability: number
  readonly choiceTokens?: Int32Array
  readonly choiceLogProbabilities?: Float32Array
}
