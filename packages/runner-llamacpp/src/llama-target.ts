import {
  assertInteger,
  CONTRACT_VERSION,
  type RollbackClass,
  SpeculationError,
  type TargetSessionOptions,
  type TokenId,
  type Tokens,
} from '@foretoken/contract'
import type { LlamaContext, LlamaContextSequence, Token } from 'node-llama-cpp'
import { type Engine, lost } from './engine.js'
import { busy, LlamaSession, nativeOnly, type SessionLimits } from './llama-session.js'
import { closedTarget } from './native/open-sequence.js'
import type { EngineSession, EngineTarget } from './target-types.js'
import { throwIfAborted } from './throw-if-aborted.js'

/** One llama.cpp context with one sequence, whose sessions run one after another. */
export class LlamaTarget implements EngineTarget {
  readonly contractVersion: typeof CONTRACT_VERSION = CONTRACT_VERSION
  readonly rollback: RollbackClass
  readonly sequences = 1
  readonly #context: LlamaContext
  readonly #engine: Pick<Engine, 'mark' | 'wordsSince'>
  readonly #limits: SessionLimits
  readonly #onClose: () => void
  /** What is being opened, or the open session. */
  #current: Promise<LlamaSession> | undefined
  #closing: Promise<void> | undefined

  constructor(
    context: LlamaContext,
    options: {
      readonly engine: Pick<Engine, 'mark' | 'wordsSince'>
      readonly limits: SessionLimits
      readonly rollback: RollbackClass
      readonly onClose: () => void
    },
  ) {
    this.#context = context
    this.#engine = options.engine
    this.#limits = options.limits
    this.#onClose = options.onClose
    this.rollback = options.rollback
  }

  async open(prompt: Tokens, options: TargetSessionOptions = {}): Promise<EngineSession> {
    if (this.#closing !== undefined) throw closedTarget()
    if (this.#current !== undefined) {
      throw busy('the target has an open session; close it first, or open another target of the model')
    }
    checkOptions(options)
    checkPrompt(prompt, options, this.#limits)
    throwIfAborted(options.signal)
    const opening = this.#open(Array.from(prompt), options)
    this.#current = opening
    try {
      return await opening
    } catch (error) {
      this.#current = undefined
      throw error
    }
  }

  async restore(): Promise<never> {
    throw nativeOnly('a saved session cannot be restored')
  }

  /** node-llama-cpp does not tell. */
  counters(): undefined {}

  async measureCost(): Promise<never> {
    throw nativeOnly('the cost of a batch cannot be measured')
  }

  async #open(prompt: readonly TokenId[], options: TargetSessionOptions): Promise<LlamaSession> {
    const sequence = this.#context.getSequence({ checkpoints: { max: 1, interval: false } })
    try {
      await this.#evaluatePrompt(sequence, prompt, options)
    } catch (error) {
      await sequence.dispose()
      throw error
    }
    return new LlamaSession(sequence, {
      engine: this.#engine,
      limits: this.#limits,
      pending: prompt.at(-1) as TokenId,
      onClose: () => {
        this.#current = undefined
      },
    })
  }

  /** Evaluates all but the last token, which becomes the pending one, in batches between which it can be cancelled. */
  async #evaluatePrompt(
    sequence: LlamaContextSequence,
    prompt: readonly TokenId[],
    { onProgress, signal }: TargetSessionOptions,
  ): Promise<void> {
    const totalTokens = prompt.length
    const { batchTokens } = this.#limits
    for (let start = 0; start < totalTokens - 1; start += batchTokens) {
      throwIfAborted(signal)
      if (this.#closing !== undefined) throw closedTarget()
      const end = Math.min(start + batchTokens, totalTokens - 1)
      await this.#evaluate(sequence, prompt.slice(start, end))
      if (end < totalTokens - 1) onProgress?.({ doneTokens: end, totalTokens })
    }
    throwIfAborted(signal)
    onProgress?.({ doneTokens: totalTokens, totalTokens })
  }

  async #evaluate(sequence: LlamaContextSequence, tokens: readonly TokenId[]): Promise<void> {
    const mark = this.#engine.mark()
    const end = sequence.nextTokenIndex + tokens.length
    try {
      await sequence.controlledEvaluate(tokens as Token[])
      if (sequence.nextTokenIndex !== end) throw new Error('the sequence lost tokens')
    } catch (cause) {
      throw lost('llama.cpp could not evaluate the prompt', { cause, words: await this.#engine.wordsSince(mark) })
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const session = await this.#current?.catch(() => undefined)
    await session?.[Symbol.asyncDispose]()
    await this.#context.dispose()
    this.#onClose()
  }
}

function checkOptions({ sampling = {}, grammar, topLogProbabilities }: TargetSessionOptions): void {
  const { temperature = 0 } = sampling
  if (temperature !== 0) throw greedyOnly(`sampling.temperature must be 0, got ${temperature}`)
  const asked = Object.entries(sampling).find(([name, value]) => value !== undefined && !chainless.includes(name))
  if (asked !== undefined) throw greedyOnly(`sampling.${asked[0]} must be left out`)
  if (grammar !== undefined) throw greedyOnly('grammar must be left out')
  if (topLogProbabilities !== undefined) throw greedyOnly('topLogProbabilities must be left out')
}

/** What changes nothing where the temperature is 0. */
const chainless: readonly string[] = ['temperature', 'seed', 'topK', 'topP', 'minP', 'typicalP', 'topNSigma']

function greedyOnly(message: string): SpeculationError<'ERR_OPTION_INVALID'> {
  const reason = 'node-llama-cpp takes the most probable token only'
  return new SpeculationError('ERR_OPTION_INVALID', `${message}: ${reason}; load the model with the native engine`)
}

/** Throws unless a prompt has tokens, no fewer than are the answer's own, fits into the context and holds ids of the vocabulary only. */
export function checkPrompt(
  prompt: Tokens,
  { answerTokens = 0 }: TargetSessionOptions,
  { contextTokens, vocabularySize }: Pick<SessionLimits, 'contextTokens' | 'vocabularySize'>,
): void {
  const details = { promptTokens: prompt.length, contextTokens }
  if (prompt.length === 0) {
    throw new SpeculationError('ERR_OPTION_INVALID', 'the prompt must have at least one token, got none', { details })
  }
  assertInteger('answerTokens', answerTokens, { min: 0, max: prompt.length })
  if (prompt.length >= contextTokens) {
    const cure = 'shorten the prompt or raise contextTokens'
    const message = `the prompt has ${prompt.length} tokens, and the context of ${contextTokens} must hold one more; ${cure}`
    throw new SpeculationError('ERR_CONTEXT_FULL', message, { details })
  }
  const index = prompt.findIndex((token) => token < 0 || token >= vocabularySize)
  if (index < 0) return
  const message = `prompt token ${index} must be an id from 0 to ${vocabularySize - 1}, got ${prompt[index]}`
  throw new SpeculationError('ERR_OPTION_INVALID', message, {
    details: { index, token: prompt[index], vocabularySize },
  })
}
