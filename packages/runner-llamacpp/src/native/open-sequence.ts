import { SpeculationError, type TargetSessionOptions } from '@foretoken/contract'
import type { NativeOpenOptions, NativeSampling, NativeSequence } from '@foretoken/native'
import { throwIfAborted } from '../throw-if-aborted.js'
import { nativeError } from './native-error.js'

/** How {@link openSequence} opens. */
export interface SequenceOpening {
  /** The session's options as its caller gave them. */
  readonly options: TargetSessionOptions
  /** The sampling in them, checked. */
  readonly sampling: NativeSampling
  /** Of the prompt; `undefined` where a saved state says it. */
  readonly totalTokens?: number
  /** Fires when the target closes. */
  readonly closing: AbortSignal
  readonly open: (native: NativeOpenOptions) => Promise<NativeSequence>
}

/** Opens a sequence that can be cancelled between two batches, by its caller, by a listener that throws, or by closing. */
export async function openSequence(opening: SequenceOpening): Promise<NativeSequence> {
  const { options, sampling, closing, open } = opening
  const { answerTokens = 0, reuse = 'auto', scope = '', signal } = options
  const cancel = new Int32Array(1)
  const progress = progressListener(opening, cancel)
  const onAbort = () => cancel.fill(1)
  const signals = signal === undefined ? [closing] : [closing, signal]
  for (const one of signals) one.addEventListener('abort', onAbort, { once: true })
  try {
    const native = { sampling, answerTokens, reuse: reuse === 'auto', scope, cancel, onProgress: progress.hear }
    const sequence = await open(native)
    try {
      throwIfAborted(signal)
      if (closing.aborted) throw closedTarget()
      progress.end(sequence.depth)
    } catch (error) {
      await sequence.close()
      throw error
    }
    return sequence
  } catch (cause) {
    throw progress.failure?.error ?? openError({ cause, signal, closing })
  } finally {
    for (const one of signals) one.removeEventListener('abort', onAbort)
  }
}

function openError({
  cause,
  signal,
  closing,
}: {
  readonly cause: unknown
  readonly signal: AbortSignal | undefined
  readonly closing: AbortSignal
}): unknown {
  if (signal?.aborted) return new SpeculationError('ERR_ABORTED', 'the caller cancelled', { cause: signal.reason })
  if (closing.aborted) return closedTarget()
  return nativeError('the session could not be opened', cause)
}

/** `ERR_SESSION_CLOSED`. */
export function closedTarget(): SpeculationError<'ERR_SESSION_CLOSED'> {
  return new SpeculationError('ERR_SESSION_CLOSED', 'the target was closed; open another target of the model')
}

interface ProgressListener {
  hear(doneTokens: number): void
  end(totalTokens: number): void
  /** What the listener threw; the addon cannot pass it on. */
  readonly failure: { readonly error: unknown } | undefined
}

function progressListener({ options, totalTokens = 0 }: SequenceOpening, cancel: Int32Array): ProgressListener {
  let failure: ProgressListener['failure']
  const tell = (doneTokens: number, totalTokens: number) => {
    if (failure !== undefined) return
    try {
      options.onProgress?.({ doneTokens, totalTokens })
    } catch (error) {
      failure = { error }
      cancel.fill(1)
    }
  }
  return {
    // The last token is evaluated with the first step; that the prompt is done is said once, at the end.
    hear: (doneTokens) => doneTokens < totalTokens - 1 && tell(doneTokens, totalTokens),
    end(total) {
      tell(total, total)
      if (failure !== undefined) throw failure.error
    },
    get failure() {
      return failure
    },
  }
}
