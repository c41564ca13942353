import { loadBinding } from '@foretoken/native'
import { spread } from '../spread.js'

/** Microseconds of a way to the native engine's thread and back with nothing to do there. */
export interface ThreadHop {
  /** Both threads have slept. */
  readonly idleUs: number
  /** Besides, the processor's caches hold something else, as behind a decode. */
  readonly coldUs: number
}

/** Measures hops of one process. */
export interface ThreadHopClock extends AsyncDisposable {
  /** Medians behind waits of `idleMs` milliseconds. */
  measure(idleMs: number): Promise<ThreadHop>
}

const rounds = 20
/** More than a processor's last cache. */
const OTHER_BYTES = 64 * 2 ** 20
const nothing = new Int32Array(0)

/** Opens a context of the native engine, which takes the same way for a cost measurement without widths as for a step. */
export async function threadHopClock(modelPath: string): Promise<ThreadHopClock> {
  const model = await loadBinding().loadModel(modelPath)
  const context = await model.createContext({ contextTokens: 32, threads: 1 })
  const sequence = await context.open(Int32Array.of(0))
  const other = Buffer.alloc(OTHER_BYTES, 1)
  const hop = async (idleMs: number, isCold: boolean): Promise<number> => {
    await new Promise((resolve) => setTimeout(resolve, idleMs))
    if (isCold && other.includes(2)) throw new Error('there is no such byte')
    const startedMs = performance.now()
    await sequence.measureCost(nothing, 0)
    return 1_000 * (performance.now() - startedMs)
  }
  return {
    async measure(idleMs) {
      const idle: number[] = []
      const cold: number[] = []
      for (let round = 0; round < rounds; round++) {
        idle.push(await hop(idleMs, false))
        cold.push(await hop(idleMs, true))
      }
      return { idleUs: spread(idle).median, coldUs: spread(cold).median }
    },
    [Symbol.asyncDispose]: () => model.dispose(),
  }
}
