import { SpeculationError } from '@foretoken/contract'
import type { ModelPool } from '../pool/model-pool.js'
import type { RequestOptions, RouteDecision, RoutedEvent } from '../serving-service.js'
import type { TextRequest } from '../text-request.js'
import { waitingEvents } from './waiting-events.js'

/** Which model answers what. */
export interface ModelQuestion {
  readonly model: string
  readonly request: TextRequest
  readonly route: RouteDecision
  readonly options: RequestOptions
}

/** One model's answer: the waiting, the place, the text. The place is given back however it ends. */
export async function* modelAnswer(
  pool: ModelPool,
  { model, request, route, options }: ModelQuestion,
): AsyncGenerator<RoutedEvent> {
  const lease = yield* waitingEvents(pool, model, options)
  let isLost = false
  try {
    yield { kind: 'routed', model, facts: lease.engine.facts, route }
    for await (const event of lease.engine.generate(request, { signal: options.signal })) {
      // What is written is written: the next request need not wait until the last word is read.
      if (event.kind === 'end') lease.release()
      yield event
    }
  } catch (error) {
    // What engines lose they start again themselves; one that is closed cannot.
    isLost = SpeculationError.is(error, 'ERR_SESSION_CLOSED')
    throw isLost ? closed(model, error) : error
  } finally {
    lease.release({ isLost })
  }
}

function closed(model: string, cause: unknown): SpeculationError {
  return new SpeculationError('ERR_ENGINE_LOST', `the engine of ${model} was closed; ask again`, { cause })
}
