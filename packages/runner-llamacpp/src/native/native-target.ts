import { setMaxListeners } from 'node:events'
import { CONTRACT_VERSION, type RollbackClass, type TargetSessionOptions, type Tokens } from '@foretoken/contract'
import type { NativeContext, NativeOpenOptions, NativeSequence } from '@foretoken/native'
import { busy } from '../llama-session.js'
import { checkPrompt } from '../llama-target.js'
import type { SessionStore } from '../session-file.js'
import type {
  CostMeasurement,
  EngineSession,
  EngineTarget,
  MeasureCostOptions,
  TargetCounters,
} from '../target-types.js'
import { throwIfAborted } from '../throw-if-aborted.js'
import { LoopTurns } from './loop-turns.js'
import { measureCost, planMeasurement } from './measure-cost.js'
import { nativeError } from './native-error.js'
import { nativeSampling } from './native-sampling.js'
import { NativeSession } from './native-session.js'
import { closedTarget, openSequence, type SequenceOpening } from './open-sequence.js'

/** What a native target needs of its model. */
export interface NativeTargetParts {
  readonly context: NativeContext
  readonly contextTokens: number
  readonly batchTokens: number
  readonly sequences: number
  readonly vocabularySize: number
  /** See `LoadModelOptions`. */
  readonly mayBlockMs: number
  readonly store: SessionStore
  readonly onClose: () => void
}

/** One context of the addon; what its sessions verify in one turn of the event loop shares a batch. */
export class NativeTarget implements EngineTarget {
  readonly contractVersion: typeof CONTRACT_VERSION = CONTRACT_VERSION
  readonly rollback: RollbackClass
  readonly sequences: number
  readonly #parts: NativeTargetParts
  /** What is being opened, and the open sessions. */
  readonly #places = new Set<Promise<NativeSession>>()
  readonly #turns = new LoopTurns()
  /** Ends what is being opened when the target closes. */
  readonly #end = new AbortController()
  #closing: Promise<void> | undefined

  constructor(parts: NativeTargetParts) {
    this.#parts = parts
    // One listener a session that is being opened.
    setMaxListeners(parts.sequences + 1, this.#end.signal)
    this.rollback = parts.context.rollback
    this.sequences = parts.sequences
  }

  async open(prompt: Tokens, options: TargetSessionOptions = {}): Promise<EngineSession> {
    this.#assertPlace()
    checkPrompt(prompt, options, this.#parts)
    const open = (native: NativeOpenOptions) => this.#parts.context.open(prompt, native)
    return await this.#begin(options, { open, totalTokens: prompt.length })
  }

  async restore(path: string, options: TargetSessionOptions = {}): Promise<EngineSession> {
    this.#assertPlace()
    const { context, store } = this.#parts
    const open = async (native: NativeOpenOptions) => context.restore(await store.read(path), native)
    return await this.#begin(options, { open })
  }

  counters(): TargetCounters {
    return this.#parts.context.counters()
  }

  async measureCost(options: MeasureCostOptions = {}): Promise<CostMeasurement> {
    this.#assertPlace()
    const plan = planMeasurement(options, this.#parts)
    const open = (native: NativeOpenOptions) => this.#parts.context.open(plan.prompt, native)
    const sessionOptions = { reuse: 'none', ...(options.signal && { signal: options.signal }) } as const
    let sequence: NativeSequence | undefined
    const opening = { open: async (native: NativeOpenOptions) => (sequence = await open(native)) }
    await using _session = await this.#begin(sessionOptions, opening)
    try {
      return await measureCost(sequence as unknown as NativeSequence, { ...plan, rollback: this.rollback })
    } catch (cause) {
      throw nativeError('the cost could not be measured', cause)
    }
  }

  #assertPlace(): void {
    if (this.#closing !== undefined) throw closedTarget()
    const { sequences } = this.#parts
    if (this.#places.size < sequences) return
    const open = sequences === 1 ? 'an open session' : `${sequences} open sessions`
    throw busy(`the target has ${open}, as many as it can; close one, or open the target with more sequences`)
  }

  async #begin(
    options: TargetSessionOptions,
    opening: Pick<SequenceOpening, 'open' | 'totalTokens'>,
  ): Promise<NativeSession> {
    const sampling = nativeSampling(options, this.#parts.vocabularySize)
    throwIfAborted(options.signal)
    const place = openSequence({ ...opening, options, sampling, closing: this.#end.signal }).then((sequence) =>
      this.#sessionOf(sequence, { options, onClose: () => this.#places.delete(place) }),
    )
    this.#places.add(place)
    try {
      return await place
    } catch (error) {
      this.#places.delete(place)
      throw error
    }
  }

  #sessionOf(
    sequence: NativeSequence,
    { options, onClose }: { readonly options: TargetSessionOptions; readonly onClose: () => void },
  ): NativeSession {
    const { contextTokens, mayBlockMs, store } = this.#parts
    const { topLogProbabilities } = options
    const here = {
      // Sessions that share decodes gather for them, on a thread of their own.
      mayBlockMs: () => (this.#places.size > 1 ? 0 : mayBlockMs),
      turns: this.#turns,
    }
    return new NativeSession({ sequence, contextTokens, topLogProbabilities, ...here, write: store.write, onClose })
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#end.abort()
    const sessions = await Promise.allSettled(this.#places)
    const open = sessions.flatMap((session) => (session.status === 'fulfilled' ? [session.value] : []))
    await Promise.allSettled(open.map((session) => session[Symbol.asyncDispose]()))
    await this.#parts.context.dispose()
    this.#parts.onClose()
  }
}
