import type { RouteDecision, RoutedEvent } from '../../serving-service.js'
import type { ServedFinish, TextEnd, TextPieceEvent } from '../../text-event.js'
import type { ToolCall } from '../../text-request.js'
import type { AnswerHead, AnswerWriter } from '../answer/dialect.js'
import { eventFrame } from '../answer/event-stream.js'
import { pieceText, type ServingFold } from '../answer/serving-fold.js'
import { endSpeculation, stepSpeculation, wholeSpeculation } from '../answer/speculation-view.js'
import { problemBody, problemOf } from '../edge/problem.js'
import { chatLogProbabilities } from './log-probabilities.js'
import { doneFrame, usageOf } from './usage.js'

/** How a stream of OpenAI's API ends. */
export interface OpenaiStreamOptions {
  /** Whether a last chunk tells the usage. */
  readonly includeUsage: boolean
  /** Whether tokens come with their log-probabilities. */
  readonly logProbabilities: boolean
}

/** Writes the answers of `/v1/chat/completions`. */
export function chatWriter(head: AnswerHead, { includeUsage, logProbabilities }: OpenaiStreamOptions): AnswerWriter {
  const state = {
    model: head.model,
    route: { escalatedFrom: [] } as RouteDecision,
    promptTokens: 0,
    reusedTokens: 0,
    calls: 0,
    begun: false,
  }
  const chunk = (choices: readonly object[], more: object = {}) =>
    eventFrame({
      id: `chatcmpl-${head.id}`,
      object: 'chat.completion.chunk',
      created: head.created,
      model: state.model,
      choices,
      ...(includeUsage && { usage: null }),
      ...more,
    })
  const delta = (change: object, more: { readonly logprobs?: object; readonly finish?: string } = {}) => [
    { index: 0, delta: change, logprobs: more.logprobs ?? null, finish_reason: more.finish ?? null },
  ]
  const opening = () => {
    if (state.begun) return ''
    state.begun = true
    return chunk(delta({ role: 'assistant', content: '' }))
  }
  const piece = (event: TextPieceEvent) => {
    const content = pieceText(event.pieces)
    const logprobs =
      logProbabilities && event.logProbabilities ? chatLogProbabilities(event.logProbabilities) : undefined
    if (content === '' && logprobs === undefined && !head.speculation.trace) return ''
    return chunk(delta({ content }, logprobs && { logprobs }), stepSpeculation(head.speculation, event))
  }
  const toolCall = ({ id, name, arguments: given }: ToolCall) => {
    const index = state.calls++
    return (
      chunk(delta({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] })) +
      chunk(delta({ tool_calls: [{ index, function: { arguments: given } }] }))
    )
  }
  const end = (event: TextEnd) => {
    const last = chunk(
      delta({}, { finish: finishReason(event.finish) }),
      endSpeculation(head.speculation, event, state.route),
    )
    const usage = includeUsage ? chunk([], { usage: usageOf({ ...state, ...event }) }) : ''
    return last + usage + doneFrame
  }
  const frames = (event: RoutedEvent): string => {
    if (event.kind === 'routed') Object.assign(state, { model: event.model, route: event.route })
    else if (event.kind === 'start') {
      Object.assign(state, { promptTokens: event.promptTokens, reusedTokens: event.reusedTokens })
      return opening()
    } else if (event.kind === 'piece') return piece(event)
    else if (event.kind === 'tool-call') return toolCall(event.call)
    else if (event.kind === 'end') return end(event)
    return ''
  }
  return {
    frames,
    failure: (error) => eventFrame(problemBody(problemOf(error), 'openai', head.id)),
    answer: (fold) => chatCompletion(head, fold, logProbabilities),
  }
}

function chatCompletion(head: AnswerHead, fold: ServingFold, logProbabilities: boolean): object {
  const { text, toolCalls, end } = fold
  return {
    id: `chatcmpl-${head.id}`,
    object: 'chat.completion',
    created: head.created,
    model: fold.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text === '' && toolCalls.length > 0 ? null : text,
          refusal: null,
          ...(toolCalls.length > 0 && { tool_calls: toolCalls.map(calledFunction) }),
        },
        logprobs: logProbabilities ? chatLogProbabilities(fold.logProbabilities) : null,
        finish_reason: finishReason(end.finish),
      },
    ],
    usage: usageOf({ ...fold, ...end }),
    ...wholeSpeculation(head.speculation, fold),
  }
}

function calledFunction({ id, name, arguments: given }: ToolCall): object {
  return { id, type: 'function', function: { name, arguments: given } }
}

function finishReason(finish: ServedFinish): string {
  return finish === 'tool-calls' ? 'tool_calls' : finish
}
