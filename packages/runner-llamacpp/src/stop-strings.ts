import { SpeculationError } from '@foretoken/contract'

/** How much of a text that arrives in pieces is decided. */
export interface Settled {
  /** UTF-16 units from the start of the text that no stop string can take back any more. */
  readonly length: number
  /** Whether a stop string begins there, which ends the text. */
  readonly stopped: boolean
  /** Which one it is; of several that begin there, the first of the list. */
  readonly stopString?: string
}

/** Finds the earliest stop string in a text that arrives in pieces. */
export interface StopScanner {
  /** Appends text. */
  push(text: string): Settled
  /** No text follows: what was held back is decided. */
  end(): Settled
}

/**
 * Scans for the stop string that begins first, whatever the pieces: text that may be the start of one waits until
 * that is decided, also where another, shorter one is complete behind it. At most the longest stop string waits, so a
 * piece costs O(its length × the stop strings' lengths).
 */
export function stopScanner(stop: readonly string[]): StopScanner {
  if (stop.includes('')) throw new SpeculationError('ERR_OPTION_INVALID', 'a stop string must not be empty')
  let settled: Settled = { length: 0, stopped: false }
  let waiting = ''

  function scan(mayGoOn: boolean): Settled {
    let at = 0
    while (at < waiting.length && !settled.stopped) {
      const found = stop.find((string) => waiting.startsWith(string, at))
      if (found !== undefined) settled = { ...settled, stopped: true, stopString: found }
      else if (mayGoOn && stop.some((string) => string.startsWith(waiting.slice(at)))) break
      else at++
    }
    settled = { ...settled, length: settled.length + at }
    waiting = waiting.slice(at)
    return settled
  }

  return {
    push(text) {
      waiting += text
      return scan(true)
    },
    end: () => scan(false),
  }
}
