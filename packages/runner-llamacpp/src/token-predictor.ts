import {
  assertContractVersion,
  assertInteger,
  type Drafter,
  type DraftSession,
  type DraftSessionOptions,
  SpeculationError,
  type Tokens,
} from '@foretoken/contract'
import type { LlamaModel, Token, TokenPredictor } from 'node-llama-cpp'

/** Options of {@link asTokenPredictor}. */
export interface TokenPredictorOptions {
  /**
   * Most tokens of one prediction (1 to 512). All of them are decoded, so more cost more where they are refused.
   * @defaultValue 8
   */
  readonly maxTokens?: number
  /**
   * Passed on with each draft: it ends before its probability falls below this (0 to 1).
   * @defaultValue 0
   */
  readonly minProbability?: number
  /**
   * Passed to `drafter.open`. A chat opens a session with the whole conversation each turn; to remember outputs only
   * keeps a learning drafter from learning the earlier turns again.
   * @defaultValue remember outputs only
   */
  readonly memory?: DraftSessionOptions
  /**
   * Hears an error of the drafter, which predicts nothing from then until node-llama-cpp resets it. A slow drafter
   * is waited for.
   * @defaultValue none
   */
  readonly onError?: (error: unknown) => void
}

/**
 * Lets a drafter predict for one sequence of node-llama-cpp, and so for its chat session and completions:
 * `context.getSequence({ tokenPredictor: asTokenPredictor(drafter) })`. The sequence disposes of the predictor, the
 * caller of the drafter.
 *
 * Throws `ERR_MODEL_UNSUPPORTED` at the first evaluation of a model with recurrent layers: node-llama-cpp 3.22 rolls a
 * refused prediction back wrongly there, which changes the text (withcatai/node-llama-cpp#652).
 */
export function asTokenPredictor(drafter: Drafter, options: TokenPredictorOptions = {}): TokenPredictor {
  const { maxTokens = 8, minProbability = 0, memory = { remember: 'outputs' }, onError = () => {} } = options
  assertContractVersion(drafter)
  assertInteger('maxTokens', maxTokens, { min: 1, max: 512 })
  if (!(minProbability >= 0 && minProbability <= 1)) {
    throw new SpeculationError('ERR_OPTION_INVALID', `minProbability must be from 0 to 1, got ${minProbability}`)
  }
  return new DrafterTokenPredictor(drafter, { maxTokens, minProbability, memory, onError })
}

// node-llama-cpp checks no prototype; extending its class would load it wherever this package is imported.
class DrafterTokenPredictor implements TokenPredictor {
  readonly #drafter: Drafter
  readonly #options: Required<TokenPredictorOptions>
  #session: DraftSession | undefined
  #model: LlamaModel | undefined
  #disposed = false

  constructor(drafter: Drafter, options: Required<TokenPredictorOptions>) {
    this.#drafter = drafter
    this.#options = options
  }

  async reset({ targetSequence, stateTokens }: Parameters<TokenPredictor['reset']>[0]): Promise<void> {
    if (this.#disposed) {
      throw new SpeculationError('ERR_SESSION_CLOSED', 'the predictor ended with its sequence; make one per sequence')
    }
    assertRollsBack(targetSequence.model)
    this.#model = targetSequence.model
    await this.#close()
    this.#guard(() => {
      this.#session = this.#drafter.open(Int32Array.from(stateTokens), this.#options.memory)
    })
  }

  pushTokens(tokens: Token[]): void {
    this.#guard(() => this.#session?.commit(Int32Array.from(tokens)))
  }

  async predictTokens(): Promise<Token[]> {
    const { maxTokens, minProbability } = this.#options
    try {
      const draft = await this.#session?.draft({ maxTokens, minProbability })
      return draft === undefined ? [] : this.#decodable(draft.tokens.subarray(0, maxTokens))
    } catch (error) {
      this.#drop(error)
      return []
    }
  }

  /** Nothing is predicted in the background. */
  stop(): void {}

  /** The state's tokens, which hold the input, are known from `reset`. */
  updateInputTokens(): void {}

  async dispose(): Promise<void> {
    this.#disposed = true
    await this.#close()
  }

  [Symbol.dispose](): Promise<void> {
    return this.dispose()
  }

  /** The tokens before the first that llama.cpp does not know or that ends a text. */
  #decodable(tokens: Tokens): Token[] {
    const model = this.#model
    if (model === undefined) return []
    const size = model.fileInfo.metadata.tokenizer?.ggml?.tokens?.length ?? 0
    const end = tokens.findIndex((token) => token < 0 || token >= size || model.isEogToken(token as Token))
    return Array.from(end < 0 ? tokens : tokens.subarray(0, end)) as Token[]
  }

  #guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#drop(error)
    }
  }

  #drop(error: unknown): void {
    this.#options.onError(error)
    void this.#close()
  }

  /** Never throws: an end that fails is no reason to stop a text. */
  async #close(): Promise<void> {
    const session = this.#session
    this.#session = undefined
    try {
      await session?.[Symbol.asyncDispose]()
    } catch (error) {
      this.#options.onError(error)
    }
  }
}

function assertRollsBack({ fileInsights, fileInfo }: LlamaModel): void {
  if (!(fileInsights.isHybrid || fileInsights.isRecurrent)) return
  const architecture = fileInfo.metadata.general.architecture
  throw new SpeculationError(
    'ERR_MODEL_UNSUPPORTED',
    `node-llama-cpp changes the text of ${architecture} models when a prediction is refused; ` +
      'use generateText with loadModel for them, or no predictor',
    { details: { architecture } },
  )
}
