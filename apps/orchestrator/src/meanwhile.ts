/** Waits for `work`; `other` goes on beside it and is told to end when that is done. */
export async function meanwhile<T>(
  work: Promise<T>,
  other: (signal: AbortSignal) => Promise<void> | undefined,
): Promise<T> {
  const over = new AbortController()
  const done = other(over.signal)
  try {
    return await work
  } finally {
    over.abort()
    await done
  }
}
