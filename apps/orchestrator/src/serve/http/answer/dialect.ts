import type { RoutedEvent } from '../../serving-service.js'
import type { ServingFold } from './serving-fold.js'

/** How one API writes an answer. One object for one answer. */
export interface AnswerWriter {
  /** The frames that an event becomes, in their order; empty where the API has nothing to say of it. */
  frames(event: RoutedEvent): string
  /** What ends a stream after a failure. */
  failure(error: unknown): string
  /** The whole answer, where no stream is wanted. */
  answer(fold: ServingFold): unknown
}

/** What an answer says of itself, besides the text. */
export interface AnswerHead {
  readonly id: string
  /** Unix time in seconds. */
  readonly created: number
  /** The name that was asked for; the model that answers is known later. */
  readonly model: string
  readonly speculation: SpeculationView
}

/** How much of the speculation an answer shows. */
export interface SpeculationView {
  /** The request has a `speculation` field. */
  readonly asked: boolean
  /** Every step is shown. */
  readonly trace: boolean
  /** With which the answer can be had again; absent where nothing is drawn. */
  readonly seed?: number
}
