import type { ModelPool } from '../pool/model-pool.js'
import type { Lease } from '../pool/pooled-model.js'
import type { RequestOptions, RoutedEvent } from '../serving-service.js'

/** What is told of a request that waits. */
export type WaitingEvent = Extract<RoutedEvent, { readonly kind: 'queued' | 'loading' }>

/** Waits for a place at a model and tells how that goes; only the newest news counts. Returns the place. */
export async function* waitingEvents(
  pool: ModelPool,
  model: string,
  { signal, priority }: Pick<RequestOptions, 'signal' | 'priority'>,
): AsyncGenerator<WaitingEvent, Lease> {
  let news: WaitingEvent | undefined
  let wake = () => {}
  const tell = (event: WaitingEvent) => {
    news = event
    wake()
  }
  let isOver = false
  const left = new AbortController()
  const lease = pool.want(model, {
    signal: AbortSignal.any([signal, left.signal]),
    ...(priority !== undefined && { priority }),
    onPosition: (position) => tell({ kind: 'queued', position }),
    onLoading: (rate) => tell({ kind: 'loading', model, rate }),
  })
  const settle = () => {
    isOver = true
    wake()
  }
  lease.then(settle, settle)
  let isTaken = false
  try {
    for (;;) {
      // A place that is free at once is not worth a word.
      await Promise.resolve()
      while (news === undefined && !isOver)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      if (isOver) {
        const place = await lease
        isTaken = true
        return place
      }
      const event = news
      news = undefined
      if (event !== undefined) yield event
    }
  } finally {
    // Who reads no further leaves the line, and gives back what came meanwhile.
    if (!isTaken) {
      left.abort()
      lease.then(
        (place) => place.release(),
        () => {},
      )
    }
  }
}
