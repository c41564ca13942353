/** A failure that only HTTP knows: it never leaves the server as a thrown error. */
export class HttpError extends Error {
  override readonly name: string = 'HttpError'
  readonly status: number
  readonly code: string
  /** The field of the request that is at fault; empty where none is. */
  readonly field: string

  constructor(status: number, code: string, message: string, field = '') {
    super(message)
    this.status = status
    this.code = code
    this.field = field
  }
}
