import type { Failure } from './failure.js'

/** A {@link Failure} on its way to where it is shown. */
export class ServerError extends Error {
  override readonly name = 'ServerError'
  readonly failure: Failure
  readonly status: number

  constructor(failure: Failure, status = 0) {
    super(failure.cause)
    this.failure = failure
    this.status = status
  }
}
