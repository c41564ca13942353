import { SpeculationError } from '@foretoken/contract'

/** Throws `ERR_ABORTED`, with the caller's reason as cause, once the caller has cancelled. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return
  throw new SpeculationError('ERR_ABORTED', 'the caller cancelled', { cause: signal.reason })
}
