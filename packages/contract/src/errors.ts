import type { ErrorCode } from './error-table.js'

/** Cause and structured context of a {@link SpeculationError}. */
export interface SpeculationErrorOptions extends ErrorOptions {
  /**
   * Values that explain the failure, safe to log.
   * @defaultValue {}
   */
  readonly details?: Readonly<Record<string, unknown>>
}

/** The one error class thrown on purpose by `@foretoken` packages; `code` says which failure it is. */
export class SpeculationError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name: string = 'SpeculationError'
  /** Stable identifier, a key of `errorTable`. Messages may change in a patch release; codes may not. */
  readonly code: Code
  /** Values that explain the failure, safe to log. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: Code, message: string, options: SpeculationErrorOptions = {}) {
    super(message, options)
    this.code = code
    this.details = options.details ?? {}
  }

  /** Like `instanceof`, but holds across duplicate copies of this package. */
  static is<Code extends ErrorCode>(error: unknown, code?: Code): error is SpeculationError<Code> {
    return (
      error instanceof Error &&
      error.name === 'SpeculationError' &&
      (code === undefined || (error as SpeculationError).code === code)
    )
  }
}
