import { SpeculationError } from '@foretoken/contract'
import type { RouteDecision, RoutedEvent } from '../../serving-service.js'
import type { ServedLogProbability, ServedPiece, ServedStep, TextEnd } from '../../text-event.js'
import type { ToolCall } from '../../text-request.js'

/** An answer that was put together from its events. */
export interface ServingFold {
  readonly model: string
  readonly route: RouteDecision
  readonly promptTokens: number
  readonly reusedTokens: number
  readonly text: string
  readonly toolCalls: readonly ToolCall[]
  readonly logProbabilities: readonly ServedLogProbability[]
  readonly trace: readonly (Partial<ServedStep> & { readonly pieces: readonly ServedPiece[] })[]
  readonly end: TextEnd
}

/** How many tokens a request had; what an answer's end tells wins over its start. */
export interface TokenCounts {
  readonly promptTokens: number
  readonly reusedTokens: number
  readonly completionTokens: number
}

/** The answer that the events make; throws where they break off. */
export async function foldEvents(events: AsyncIterable<RoutedEvent>, model: string): Promise<ServingFold> {
  const fold = {
    model,
    route: { escalatedFrom: [] } as RouteDecision,
    promptTokens: 0,
    reusedTokens: 0,
    toolCalls: [] as ToolCall[],
    logProbabilities: [] as ServedLogProbability[],
    trace: [] as (Partial<ServedStep> & { readonly pieces: readonly ServedPiece[] })[],
  }
  const texts: string[] = []
  for await (const event of events) {
    if (event.kind === 'routed') Object.assign(fold, { model: event.model, route: event.route })
    else if (event.kind === 'start')
      Object.assign(fold, { promptTokens: event.promptTokens, reusedTokens: event.reusedTokens })
    else if (event.kind === 'piece') {
      texts.push(pieceText(event.pieces))
      for (const token of event.logProbabilities ?? []) fold.logProbabilities.push(token)
      fold.trace.push({ ...event.step, pieces: event.pieces })
    } else if (event.kind === 'tool-call') fold.toolCalls.push(event.call)
    else if (event.kind === 'end') {
      const { promptTokens = fold.promptTokens, reusedTokens = fold.reusedTokens } = event
      return { ...fold, promptTokens, reusedTokens, text: texts.join(''), end: event }
    }
  }
  throw brokenOff()
}

/** The text that a step made final. */
export function pieceText(pieces: readonly ServedPiece[]): string {
  return pieces.map(({ text }) => text).join('')
}

/** The failure of an answer without an end. */
export function brokenOff(): SpeculationError {
  return new SpeculationError('ERR_ENGINE_LOST', 'the answer broke off before its end; ask again')
}
