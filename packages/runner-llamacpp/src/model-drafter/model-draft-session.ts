import { type Draft, type DraftLimits, type DraftSession, SpeculationError, type Tokens } from '@foretoken/contract'
import type { NativeOpenOptions, NativeSequence } from '@foretoken/native'
import { nativeError } from '../native/native-error.js'
import type { DraftContexts } from './draft-contexts.js'
import { DraftMemory } from './draft-memory.js'

/** What a session of a draft model needs. */
export interface ModelDraftSessionParts {
  readonly name: string
  readonly contexts: DraftContexts
  readonly vocabularySize: number
  readonly prompt: Tokens
  readonly opening: Pick<NativeOpenOptions, 'sampling' | 'scope'>
}

/**
 * One text of a draft model. It takes a place with the first draft, so that a session that never drafts costs nothing.
 * Texts that the draft model cannot hold, by their length or by a token it does not have, get empty drafts.
 */
export class ModelDraftSession implements DraftSession {
  readonly #parts: ModelDraftSessionParts
  readonly #memory = new DraftMemory()
  /** Committed and not yet in the sequence; the whole text before there is one. */
  #unread: Tokens[] = []
  #length = 0
  #isReadable = true
  #opened: { readonly sequence: NativeSequence; close(): Promise<void> } | undefined
  /** The last call that waits for the model. */
  #turn: Promise<unknown> = Promise.resolve()
  #closing: Promise<void> | undefined

  constructor(parts: ModelDraftSessionParts) {
    this.#parts = parts
    this.#append(parts.prompt)
  }

  commit(tokens: Tokens): void {
    this.#assertOpen()
    if (tokens.length === 0) return
    this.#append(tokens)
    this.#memory.clear()
  }

  draft(limits: DraftLimits): Draft | Promise<Draft> {
    this.#assertOpen()
    const { contextTokens } = this.#parts.contexts
    const room = Math.max(0, contextTokens - this.#length)
    const { minProbability = 0, signal } = limits
    const most = { maxTokens: Math.min(limits.maxTokens, room), minProbability }
    if (most.maxTokens < 1 || !this.#isReadable || this.#length === 0 || signal?.aborted) return this.#draft(nothing)
    const known = this.#memory.find(most)
    if (known !== undefined) return this.#draft(known)
    const drafting = this.#turn.then(() => this.#run({ ...most, signal }))
    this.#turn = drafting.catch(() => {})
    return drafting
  }

  async #run({ signal, ...limits }: RunLimits): Promise<Draft> {
    // An earlier call may have drafted it meanwhile.
    const known = this.#memory.find(limits)
    if (known !== undefined || signal?.aborted) return this.#draft(known ?? nothing)
    this.#assertOpen()
    const cancel = new Int32Array(1)
    const onAbort = () => cancel.fill(1)
    signal?.addEventListener('abort', onAbort, { once: true })
    const text = this.#length
    try {
      const sequence = await this.#read()
      const { mayBlockMs } = this.#parts.contexts
      const here = mayBlockMs > 0 ? sequence.draftHere(limits, mayBlockMs) : undefined
      const found = here ?? (await sequence.draft({ ...limits, cancel }))
      // What was cut short, or overtaken by a commit, is not what an equal call will get.
      const isWhole = cancel[0] === 0 && text === this.#length
      return this.#draft(isWhole ? this.#memory.keep(limits, found) : found)
    } catch (cause) {
      if (cancel[0] === 1) return this.#draft(nothing)
      throw nativeError('the draft model could not draft', cause)
    } finally {
      signal?.removeEventListener('abort', onAbort)
    }
  }

  /** The sequence, with everything committed in it. */
  async #read(): Promise<NativeSequence> {
    const unread = this.#unread
    this.#unread = []
    if (this.#opened === undefined) {
      const { contexts, opening } = this.#parts
      this.#opened = await contexts.open(joined(unread), opening)
    } else {
      for (const tokens of unread) this.#opened.sequence.append(tokens)
    }
    return this.#opened.sequence
  }

  #append(tokens: Tokens): void {
    if (!this.#isReadable) return
    const { vocabularySize, contexts } = this.#parts
    this.#length += tokens.length
    this.#isReadable =
      this.#length <= contexts.contextTokens && tokens.every((token) => token >= 0 && token < vocabularySize)
    if (this.#isReadable) this.#unread.push(tokens.slice())
    else this.#unread = []
  }

  #draft({ tokens, probabilities }: Pick<Required<Draft>, 'tokens' | 'probabilities'>): Draft {
    return { tokens, probabilities, drafter: this.#parts.name }
  }

  #assertOpen(): void {
    if (this.#closing === undefined) return
    throw new SpeculationError('ERR_SESSION_CLOSED', 'the session was closed; open a new one')
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#turn.then(() => this.#opened?.close())
    return this.#closing
  }
}

interface RunLimits extends Required<Pick<DraftLimits, 'maxTokens' | 'minProbability'>> {
  readonly signal: AbortSignal | undefined
}

const nothing = { tokens: new Int32Array(0), probabilities: new Float32Array(0) }

function joined(parts: readonly Tokens[]): Tokens {
  const whole = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let end = 0
  for (const part of parts) {
    whole.set(part, end)
    end += part.length
  }
  return whole
}
