import type { NativeContext, NativeOpenOptions, NativeSequence } from '@foretoken/native'
import { nativeError } from '../native/native-error.js'

/** What {@link DraftContexts} are made of. */
export interface DraftContextsOptions {
  readonly create: () => Promise<NativeContext>
  readonly contextTokens: number
  /** Places of one context. */
  readonly sequences: number
  /** See `LoadModelOptions`. */
  readonly mayBlockMs: number
}

/** The contexts of one draft model: as many as its open sessions need. */
export class DraftContexts {
  readonly contextTokens: number
  readonly mayBlockMs: number
  readonly #options: DraftContextsOptions
  readonly #contexts: { readonly context: NativeContext; free: number }[] = []
  /** Places are given one after another, so that no two sessions make a context each where one would do. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: DraftContextsOptions) {
    this.#options = options
    this.contextTokens = options.contextTokens
    this.mayBlockMs = options.mayBlockMs
  }

  /** Evaluates a text in a free place; `close` gives the place back. */
  async open(
    text: Int32Array,
    options: Pick<NativeOpenOptions, 'sampling' | 'scope'>,
  ): Promise<{ sequence: NativeSequence; close(): Promise<void> }> {
    const opening = this.#turn.then(() => this.#place())
    this.#turn = opening.catch(() => {})
    try {
      const place = await opening
      const sequence = await place.context.open(text, options).catch((error: unknown) => {
        place.free++
        throw error
      })
      const close = async () => {
        await sequence.close()
        place.free++
      }
      return { sequence, close }
    } catch (cause) {
      throw nativeError('the draft model could not read the text', cause)
    }
  }

  async #place(): Promise<{ readonly context: NativeContext; free: number }> {
    let place = this.#contexts.find(({ free }) => free > 0)
    if (place === undefined) {
      place = { context: await this.#options.create(), free: this.#options.sequences }
      this.#contexts.push(place)
    }
    place.free--
    return place
  }

  /** Frees all contexts; sessions that are still open end. */
  async close(): Promise<void> {
    await this.#turn
    await Promise.allSettled(this.#contexts.map(({ context }) => context.dispose()))
    this.#contexts.length = 0
  }
}
