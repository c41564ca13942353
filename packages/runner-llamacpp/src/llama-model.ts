import { SpeculationError, type Target, type Tokens } from '@foretoken/contract'
import type { LlamaModel } from 'node-llama-cpp'
import { renderChat } from './chat-template.js'
import { type Engine, lost } from './engine.js'
import { contextShape } from './engine-plan.js'
import { LlamaTarget } from './llama-target.js'
import { assertContextTokens, type ModelPlan } from './model-plan.js'
import type {
  ChatMessage,
  LoadedModel,
  ModelFacts,
  OpenTargetOptions,
  TextDecoderSession,
  TokenizeOptions,
} from './model-types.js'
import { tokenDecoder } from './token-decoder.js'
import type { Vocabulary } from './vocabulary.js'

/** What a loaded model is made of. */
export interface LlamaModelParts {
  readonly model: LlamaModel
  readonly engine: Engine
  readonly plan: ModelPlan
  readonly vocabulary: Vocabulary
  readonly facts: ModelFacts
}

/** A model in node-llama-cpp's memory. */
export class LoadedLlamaModel implements LoadedModel {
  readonly facts: ModelFacts
  readonly #parts: LlamaModelParts
  /** Targets that are open or being opened. */
  readonly #targets = new Set<Promise<Target>>()
  #closing: Promise<void> | undefined

  constructor(parts: LlamaModelParts) {
    this.#parts = parts
    this.facts = parts.facts
  }

  tokenize(text: string, { special = false }: TokenizeOptions = {}): Tokens {
    this.#assertOpen()
    return this.#parts.vocabulary.tokenize(text, special)
  }

  chatPrompt(messages: readonly ChatMessage[]): Tokens {
    this.#assertOpen()
    const { vocabulary, plan } = this.#parts
    return vocabulary.joinParts(renderChat(messages, { source: plan.metadata.chatTemplate, ...vocabulary }))
  }

  textDecoder(): TextDecoderSession {
    this.#assertOpen()
    return tokenDecoder(this.#parts.vocabulary.bytesOf)
  }

  async openTarget(options: OpenTargetOptions = {}): Promise<Target> {
    this.#assertOpen()
    const { contextTokens = this.facts.contextTokens } = options
    assertContextTokens(contextTokens, this.#parts.plan.metadata)
    const opening = this.#open(contextTokens, () => this.#targets.delete(opening))
    this.#targets.add(opening)
    try {
      return await opening
    } catch (error) {
      this.#targets.delete(opening)
      throw error
    }
  }

  async #open(contextTokens: number, onClose: () => void): Promise<Target> {
    const { model, engine, plan, vocabulary, facts } = this.#parts
    const mark = engine.mark()
    try {
      const shape = contextShape(plan, { llama: engine.llama, insights: model.fileInsights, contextTokens })
      const context = await model.createContext({ ...shape, threads: facts.threads, failedCreationRemedy: false })
      const batchTokens = Math.min(facts.batchTokens, contextTokens)
      const endOfTextTokens = new Set(vocabulary.endOfTextTokens)
      const limits = { contextTokens, batchTokens, vocabularySize: vocabulary.size, endOfTextTokens }
      return new LlamaTarget(context, { engine, limits, rollback: facts.rollback, onClose })
    } catch (cause) {
      throw lost('llama.cpp could not make a context', { cause, words: await engine.wordsSince(mark) })
    }
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
    await this.#parts.model.dispose()
  }
}
