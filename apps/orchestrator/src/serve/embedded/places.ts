import { SpeculationError } from '@foretoken/contract'

/** A number of places that are taken and given back, first come, first served. */
export class Places {
  readonly #count: number
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(count: number) {
    this.#count = count
    this.#free = count
  }

  get taken(): number {
    return this.#count - this.#free
  }

  /** Waits for a place; who stops waiting has none. */
  async take(signal: AbortSignal): Promise<Disposable> {
    if (this.#free > 0) this.#free--
    else await this.#wait(signal)
    let isGiven = false
    return {
      [Symbol.dispose]: () => {
        if (isGiven) return
        isGiven = true
        this.#give()
      },
    }
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1)
        reject(new SpeculationError('ERR_ABORTED', 'the caller cancelled', { cause: signal.reason }))
      }
      if (signal.aborted) return reject(new SpeculationError('ERR_ABORTED', 'the caller cancelled'))
      this.#waiting.push(enter)
      signal.addEventListener('abort', leave, { once: true })
    })
  }

  #give(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free++
    else next()
  }
}
