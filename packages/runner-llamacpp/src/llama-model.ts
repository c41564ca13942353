import { SpeculationError, type TokenId, type Tokens } from '@foretoken/contract'
import { renderChat } from './chat-template.js'
import type { ChatMessage, ChatPromptOptions } from './chat-types.js'
import type { ModelBackend } from './model-backend.js'
import { assertContextTokens, assertSequences, type ModelPlan } from './model-plan.js'
import type {
  EngineModel,
  ModelFacts,
  OpenTargetOptions,
  TextDecoderOptions,
  TextDecoderSession,
  TokenizeOptions,
} from './model-types.js'
import type { NativeBackend } from './native/native-backend.js'
import type { EngineTarget } from './target-types.js'
import { tokenDecoder } from './token-decoder.js'
import type { Vocabulary } from './vocabulary.js'

/** What a loaded model is made of. */
export interface LlamaModelParts {
  readonly backend: ModelBackend
  readonly plan: ModelPlan
  readonly vocabulary: Vocabulary
  readonly facts: ModelFacts
  /** Sequences of a target that is opened without saying how many. */
  readonly sequences: number
  /** The same as `backend` where the addon decodes; draft models need more of it. */
  readonly native?: NativeBackend
}

/** A model in this process's memory. */
export class LoadedLlamaModel implements EngineModel {
  readonly facts: ModelFacts
  readonly #parts: LlamaModelParts
  /** Targets that are open or being opened. */
  readonly #targets = new Set<Promise<EngineTarget>>()
  #closing: Promise<void> | undefined

  constructor(parts: LlamaModelParts) {
    this.#parts = parts
    this.facts = parts.facts
  }

  tokenize(text: string, { special = false }: TokenizeOptions = {}): Tokens {
    this.#assertOpen()
    return this.#parts.vocabulary.tokenize(text, special)
  }

  chatPrompt(messages: readonly ChatMessage[], options: ChatPromptOptions = {}): Tokens {
    this.#assertOpen()
    const { vocabulary, plan } = this.#parts
    return vocabulary.joinParts(renderChat(messages, { ...options, source: plan.metadata.chatTemplate, ...vocabulary }))
  }

  textDecoder({ shown = [] }: TextDecoderOptions = {}): TextDecoderSession {
    this.#assertOpen()
    const { bytesOf, specials } = this.#parts.vocabulary
    const spelled = new Map(
      specials.flatMap(({ id, text }) => (shown.includes(text) ? [[id, Buffer.from(text)] as const] : [])),
    )
    return tokenDecoder(spelled.size === 0 ? bytesOf : (token) => spelled.get(token) ?? bytesOf(token))
  }

  tokenBytes(token: TokenId): Uint8Array {
    this.#assertOpen()
    return this.#parts.vocabulary.bytesOf(token)
  }

  async openTarget(options: OpenTargetOptions = {}): Promise<EngineTarget> {
    this.#assertOpen()
    const { contextTokens = this.facts.contextTokens, sequences = this.#parts.sequences } = options
    assertContextTokens(contextTokens, this.#parts.plan.metadata)
    assertSequences(sequences, this.facts.engine)
    const onClose = () => this.#targets.delete(opening)
    const opening = this.#parts.backend.openTarget({ contextTokens, sequences, onClose })
    this.#targets.add(opening)
    try {
      return await opening
    } catch (error) {
      this.#targets.delete(opening)
      throw error
    }
  }

  /** What draft models are made of. */
  get parts(): LlamaModelParts {
    this.#assertOpen()
    return this.#parts
  }

  #assertOpen(): void {
    if (this.#closing === undefined) return
    throw new SpeculationError('ERR_SESSION_CLOSED', 'the model was closed; load it again')
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    for (const opening of this.#targets) {
      const target = await opening.catch(() => undefined)
      await target?.[Symbol.asyncDispose]()
    }
    await this.#parts.backend.dispose()
  }
}
