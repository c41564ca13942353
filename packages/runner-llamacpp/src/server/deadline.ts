/** A time limit that is set anew for each thing that is waited for. */
export class Deadline implements Disposable {
  readonly #controller = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #words: string | undefined

  /** Aborted when a limit is over. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** What did not come in time; undefined while none is over. */
  get missed(): string | undefined {
    return this.#words
  }

  /** Waits for something from now on, instead of what was waited for. */
  set(what: string, timeoutMs: number): void {
    this.clear()
    this.#timer = setTimeout(() => {
      this.#words = `${what} within ${timeoutMs / 1000} s`
      this.#controller.abort()
    }, timeoutMs)
  }

  /** Waits for nothing. */
  clear(): void {
    clearTimeout(this.#timer)
  }

  [Symbol.dispose](): void {
    this.clear()
  }
}
