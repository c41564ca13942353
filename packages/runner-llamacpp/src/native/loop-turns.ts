import { setImmediate as nextTurn } from 'node:timers/promises'

/** Most milliseconds that may pass without a turn of the event loop, the work of the moment aside. */
const DUE_MS = 5

/** Lets the event loop turn now and then, where work on the JavaScript thread would keep it from everything else. */
export class LoopTurns {
  #lastMs = Number.NEGATIVE_INFINITY

  /** Whether {@link LoopTurns.turn} should be awaited before the next piece of work. */
  isDue(): boolean {
    return performance.now() - this.#lastMs >= DUE_MS
  }

  async turn(): Promise<void> {
    await nextTurn()
    this.#lastMs = performance.now()
  }
}
