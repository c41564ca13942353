import type { RoutedEvent } from '../../serving-service.js'
import { pieceText } from '../answer/serving-fold.js'
import type { Call } from '../call.js'
import type { Served } from './metrics.js'

/** Passes the events on, and notes and counts what they say. */
export async function* observed(events: AsyncIterable<RoutedEvent>, call: Call): AsyncGenerator<RoutedEvent> {
  const observe = observer(call)
  for await (const event of events) {
    observe(event)
    yield event
  }
}

function observer({ notes, house }: Call): (event: RoutedEvent) => void {
  const { metrics } = house
  const begun = performance.now()
  let served: Served = { model: '', route: { escalatedFrom: [] } }
  let waitedMs = 0
  let startedMs = 0
  const begins = (event: RoutedEvent, now: number) => {
    // What comes after the last sign of waiting is work.
    if (event.kind === 'queued' || event.kind === 'loading') waitedMs = now
    else if (event.kind === 'routed') {
      waitedMs = now
      served = event
      notes.model = event.model
    } else if (event.kind === 'start') {
      startedMs = now
      notes.promptTokens = event.promptTokens
      metrics.started(served, event, waitedMs)
    }
  }
  const goesOn = (event: RoutedEvent, now: number) => {
    if (notes.firstTokenMs === undefined && showsSomething(event)) {
      notes.firstTokenMs = now
      metrics.firstToken(served, now)
    }
    if (event.kind === 'piece' && event.step !== undefined) metrics.step(served, event.step)
    else if (event.kind === 'end') {
      notes.completionTokens = event.completionTokens
      if (event.promptTokens !== undefined) notes.promptTokens = event.promptTokens
      notes.finish = event.finish
      metrics.ended(served, event, now - startedMs)
    }
  }
  return (event) => {
    const now = performance.now() - begun
    begins(event, now)
    goesOn(event, now)
  }
}

function showsSomething(event: RoutedEvent): boolean {
  return event.kind === 'tool-call' || (event.kind === 'piece' && pieceText(event.pieces) !== '')
}
