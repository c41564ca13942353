import type { z } from 'zod'
import type { Call } from './call.js'
import { checked } from './edge/checked.js'
import type { ErrorForm } from './edge/problem.js'

/** One address of the API: how it is reached, what OpenAPI says of it, and what answers. */
export interface Route {
  readonly method: 'GET' | 'POST'
  /** Parameters are written `:name`. */
  readonly path: string
  readonly summary: string
  /** What it says beyond the summary. */
  readonly description?: string
  /** Whether a key is asked for, where keys are set. */
  readonly needsKey: boolean
  readonly errors: ErrorForm
  readonly body?: z.ZodType
  readonly query?: z.ZodType
  readonly answer: RouteAnswer
  /** Answers with a value that becomes JSON, a text as it stands, or itself, by way of the call's reply. */
  readonly handle: (call: Call, input: RouteInput) => Promise<unknown>
}

/** What an answer is like. */
export interface RouteAnswer {
  readonly description: string
  /** Absent where the answer is no JSON. */
  readonly schema?: z.ZodType
  /**
   * Media type.
   * @defaultValue 'application/json'
   */
  readonly mediaType?: string
  /** One event of the stream, where there can be one. */
  readonly events?: z.ZodType
  /** Other statuses that are no errors of the request. */
  readonly others?: Readonly<Record<number, string>>
}

/** Body and query as they came. */
export interface RouteInput {
  readonly body: unknown
  readonly query: unknown
}

/** What a POST route is made of; the schema says what its body is. */
export type PostRoute<Body> = Omit<Route, 'method' | 'body' | 'query' | 'needsKey' | 'handle'> & {
  readonly body: z.ZodType<Body>
  readonly handle: (call: Call, body: Body) => Promise<unknown>
}

/** A route whose body is checked before it is handled. */
export function postRoute<Body>(route: PostRoute<Body>): Route {
  const { body, handle } = route
  return { ...route, method: 'POST', needsKey: true, handle: (call, input) => handle(call, checked(body, input.body)) }
}
