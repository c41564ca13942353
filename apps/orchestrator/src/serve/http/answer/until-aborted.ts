/**
 * The source's values until the signal is aborted; then throws its reason at once, also where the source does not hear the
 * signal. The source is told that nobody listens any more, and not waited for.
 */
export async function* untilAborted<Value>(source: AsyncIterable<Value>, signal: AbortSignal): AsyncGenerator<Value> {
  const iterator = source[Symbol.asyncIterator]()
  let refuse: (reason: unknown) => void = () => {}
  const onAbort = () => refuse(signal.reason)
  signal.addEventListener('abort', onAbort)
  try {
    while (true) {
      const next = await new Promise<IteratorResult<Value>>((resolve, reject) => {
        refuse = reject
        if (signal.aborted) reject(signal.reason)
        else iterator.next().then(resolve, (error: unknown) => reject(signal.aborted ? signal.reason : error))
      })
      if (next.done === true) return
      yield next.value
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    Promise.resolve(iterator.return?.()).catch(() => {})
  }
}

/** The promise's value, or the signal's reason as soon as it is aborted. */
export async function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  let onAbort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort)
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
    aborted.catch(() => {})
  }
}
