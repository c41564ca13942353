import type { RollbackClass } from '@foretoken/contract'
import type { NativeContext, NativeContextOptions, NativeModel } from '@foretoken/native'
import { throwIfAborted } from '../throw-if-aborted.js'
import { nativeError } from './native-error.js'

/** What was found out in small contexts. */
export interface ThreadChoice {
  readonly threads: number
  readonly rollback: RollbackClass
}

/** What {@link chooseThreads} tries. */
export interface ThreadQuestion {
  readonly shape: (contextTokens: number) => Omit<NativeContextOptions, 'threads'>
  /** One or more. */
  readonly wanted: readonly number[]
  readonly signal: AbortSignal | undefined
}

/** Room for a batch with all the states that can be kept. */
const probeTokens = 128
const mostRounds = 5
/** A slow model is tried fewer times: what it takes differs less. */
const budgetMs = 500

/**
 * Takes the fastest of several numbers of threads, by the median of a few single tokens, interleaved. llama.cpp's threads
 * wait for each other in a loop: where another process holds a core, two are up to a hundred times slower than one.
 */
export async function chooseThreads(
  native: NativeModel,
  { shape, wanted, signal }: ThreadQuestion,
): Promise<ThreadChoice> {
  const contexts: NativeContext[] = []
  try {
    for (const threads of wanted) contexts.push(await native.createContext({ ...shape(probeTokens), threads }))
    const rollback = contexts[0]?.rollback ?? 'none'
    if (wanted.length === 1) return { threads: wanted[0] ?? 1, rollback }
    const times = await measure(contexts, signal)
    const best = times.reduce((found, ms, index) => (ms < (times[found] ?? 0) ? index : found), 0)
    return { threads: wanted[best] ?? 1, rollback }
  } catch (cause) {
    throwIfAborted(signal)
    throw nativeError('llama.cpp could not make a context', cause)
  } finally {
    for (const context of contexts) await context.dispose()
  }
}

/** Median milliseconds of a token in each context. */
async function measure(contexts: readonly NativeContext[], signal: AbortSignal | undefined): Promise<number[]> {
  const sequences = await Promise.all(contexts.map((context) => context.open(Int32Array.of(0))))
  const times = sequences.map((): number[] => [])
  // The first token of a context pays for the pages of its memory.
  for (const sequence of sequences) await sequence.verify(new Int32Array(0))
  const endMs = performance.now() + budgetMs
  for (let round = 0; round < mostRounds && (round === 0 || performance.now() < endMs); round++) {
    for (const [index, sequence] of sequences.entries()) {
      throwIfAborted(signal)
      const { verifyMs } = await sequence.verify(new Int32Array(0))
      times[index]?.push(verifyMs)
    }
  }
  return times.map((list) => list.toSorted((one, other) => one - other)[list.length >> 1] ?? Number.POSITIVE_INFINITY)
}
