import type { RouteDecision, RoutedEvent } from '../../serving-service.js'
import type { TextEnd, TextPieceEvent } from '../../text-event.js'
import type { AnswerHead, AnswerWriter } from '../answer/dialect.js'
import { eventFrame } from '../answer/event-stream.js'
import { pieceText, type ServingFold } from '../answer/serving-fold.js'
import { endSpeculation, stepSpeculation, wholeSpeculation } from '../answer/speculation-view.js'
import { problemBody, problemOf } from '../edge/problem.js'
import type { OpenaiStreamOptions } from './chat-writer.js'
import { completionLogProbabilities } from './log-probabilities.js'
import { doneFrame, usageOf } from './usage.js'

/** Writes the answers of `/v1/completions`. */
export function completionWriter(head: AnswerHead, options: OpenaiStreamOptions): AnswerWriter {
  const { includeUsage, logProbabilities } = options
  const state = {
    model: head.model,
    route: { escalatedFrom: [] } as RouteDecision,
    promptTokens: 0,
    reusedTokens: 0,
    offset: 0,
  }
  const chunk = (choices: readonly object[], more: object = {}) =>
    eventFrame({ ...envelope(head, state.model), choices, ...(includeUsage && { usage: null }), ...more })
  const piece = (event: TextPieceEvent) => {
    const text = pieceText(event.pieces)
    const logprobs = logProbabilities ? completionLogProbabilities(event.logProbabilities ?? [], state.offset) : null
    state.offset += text.length
    if (text === '' && (event.logProbabilities ?? []).length === 0 && !head.speculation.trace) return ''
    return chunk([choice(text, logprobs, null)], stepSpeculation(head.speculation, event))
  }
  const end = (event: TextEnd) => {
    const last = chunk([choice('', null, event.finish)], endSpeculation(head.speculation, event, state.route))
    const usage = includeUsage ? chunk([], { usage: usageOf({ ...state, ...event }) }) : ''
    return last + usage + doneFrame
  }
  const frames = (event: RoutedEvent): string => {
    if (event.kind === 'routed') Object.assign(state, { model: event.model, route: event.route })
    else if (event.kind === 'start')
      Object.assign(state, { promptTokens: event.promptTokens, reusedTokens: event.reusedTokens })
    else if (event.kind === 'piece') return piece(event)
    else if (event.kind === 'end') return end(event)
    return ''
  }
  return {
    frames,
    failure: (error) => eventFrame(problemBody(problemOf(error), 'openai', head.id)),
    answer: (fold) => completion(head, fold, logProbabilities),
  }
}

function completion(head: AnswerHead, fold: ServingFold, logProbabilities: boolean): object {
  const { text, end } = fold
  const logprobs = logProbabilities ? completionLogProbabilities(fold.logProbabilities, 0) : null
  return {
    ...envelope(head, fold.model),
    choices: [choice(text, logprobs, end.finish)],
    usage: usageOf({ ...fold, ...end }),
    ...wholeSpeculation(head.speculation, fold),
  }
}

function envelope({ id, created }: AnswerHead, model: string): object {
  return { id: `cmpl-${id}`, object: 'text_completion', created, model }
}

function choice(text: string, logprobs: object | null, finish: string | null): object {
  return { index: 0, text, logprobs, finish_reason: finish }
}
