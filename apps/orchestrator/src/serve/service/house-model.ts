import type { PooledModel } from '../pool/pooled-model.js'
import type { AnswerCheck } from '../routing/answer-check.js'

/** A model that the house serves. */
export interface HouseModel extends PooledModel {
  /** Other names that requests may give it: its file's. */
  readonly aliases: readonly string[]
  /** Unix time in seconds: when the file was written. */
  readonly created: number
}

/** What models are for. */
export interface HouseRole {
  readonly name: string
  /** What the front door is told of it. */
  readonly purpose: string
  /** Models that can take it, the best first: the next one answers where one fails. */
  readonly models: readonly string[]
  /** Who is asked when an answer does not pass. */
  readonly escalation?: RoleEscalation
}

/** What an answer of a role has to pass, and who is asked otherwise. */
export interface RoleEscalation {
  readonly checks: readonly AnswerCheck[]
  /** Name of the role that is asked instead. */
  readonly to: string
  /** Whether streams are held back until their answer has passed; without it they are checked for being empty only. */
  readonly holds: boolean
}

/** The model that reads what a request is about. */
export interface FrontDoor {
  /** Name of the model. */
  readonly model: string
  /** Roles that it chooses among. */
  readonly roles: readonly string[]
  /** Role that answers where it cannot tell. */
  readonly fallback: string
}
