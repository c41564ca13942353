import type { RouteDecision, RoutedEvent } from '../../serving-service.js'
import type { TextEnd, TextPieceEvent } from '../../text-event.js'
import type { ToolCall } from '../../text-request.js'
import type { AnswerHead, AnswerWriter } from '../answer/dialect.js'
import { eventFrame } from '../answer/event-stream.js'
import { pieceText, type ServingFold, type TokenCounts } from '../answer/serving-fold.js'
import { endSpeculation, stepSpeculation, wholeSpeculation } from '../answer/speculation-view.js'
import { problemBody, problemOf } from '../edge/problem.js'

/**
 * Writes the answers of `/v1/messages`. A stream is `message_start`, then each block of the answer from
 * `content_block_start` by `content_block_delta`s to `content_block_stop`, then `message_delta` and `message_stop`.
 */
export function messagesWriter(head: AnswerHead): AnswerWriter {
  const state = {
    model: head.model,
    route: { escalatedFrom: [] } as RouteDecision,
    blocks: 0,
    open: false,
    promptTokens: 0,
    reusedTokens: 0,
    begun: false,
  }
  const opening = () => {
    if (state.begun) return ''
    state.begun = true
    const usage = usageOf({ ...state, completionTokens: 0 })
    const message = { ...envelope(head, state.model), content: [], stop_reason: null, stop_sequence: null, usage }
    return event('message_start', { message })
  }
  const block = (content: object) => event('content_block_start', { index: state.blocks, content_block: content })
  const delta = (change: object, more: object = {}) =>
    event('content_block_delta', { index: state.blocks, delta: change, ...more })
  const close = () => (state.open ? closeBlock() : '')
  const closeBlock = () => {
    state.open = false
    return event('content_block_stop', { index: state.blocks++ })
  }
  const piece = (step: TextPieceEvent) => {
    const text = pieceText(step.pieces)
    if (text === '' && !head.speculation.trace) return ''
    const start = state.open ? '' : block({ type: 'text', text: '' })
    state.open = true
    return start + delta({ type: 'text_delta', text }, stepSpeculation(head.speculation, step))
  }
  const toolUse = ({ id, name, arguments: given }: ToolCall) => {
    const before = close()
    const start = block({ type: 'tool_use', id, name, input: {} })
    return before + start + delta({ type: 'input_json_delta', partial_json: inputText(given) }) + closeBlock()
  }
  const end = (step: TextEnd) => {
    const usage = usageOf({ ...state, ...step })
    const last = { delta: stopOf(step), usage, ...endSpeculation(head.speculation, step, state.route) }
    return close() + event('message_delta', last) + event('message_stop', {})
  }
  const frames = (step: RoutedEvent): string => {
    if (step.kind === 'routed') Object.assign(state, { model: step.model, route: step.route })
    else if (step.kind === 'start') {
      Object.assign(state, { promptTokens: step.promptTokens, reusedTokens: step.reusedTokens })
      return opening()
    } else if (step.kind === 'piece') return piece(step)
    else if (step.kind === 'tool-call') return toolUse(step.call)
    else if (step.kind === 'end') return end(step)
    return ''
  }
  return {
    frames,
    failure: (error) => eventFrame(problemBody(problemOf(error), 'anthropic', head.id), 'error'),
    answer: (fold) => message(head, fold),
  }
}

function message(head: AnswerHead, fold: ServingFold): object {
  const { text, toolCalls, end } = fold
  return {
    ...envelope(head, fold.model),
    content: [
      ...(text === '' ? [] : [{ type: 'text', text }]),
      ...toolCalls.map(({ id, name, arguments: given }) => ({
        type: 'tool_use',
        id,
        name,
        input: JSON.parse(inputText(given)) as unknown,
      })),
    ],
    ...stopOf(end),
    usage: usageOf({ ...fold, ...end }),
    ...wholeSpeculation(head.speculation, fold),
  }
}

function event(type: string, fields: object): string {
  return eventFrame({ type, ...fields }, type)
}

function envelope({ id }: AnswerHead, model: string): object {
  return { id: `msg_${id}`, type: 'message', role: 'assistant', model }
}

function stopOf({ finish, stopString }: TextEnd): object {
  const reasons = { stop: 'end_turn', length: 'max_tokens', 'tool-calls': 'tool_use' } as const
  return stopString === undefined
    ? { stop_reason: reasons[finish], stop_sequence: null }
    : { stop_reason: 'stop_sequence', stop_sequence: stopString }
}

/** Tokens that were read again are not `input_tokens` in this API. */
function usageOf({ promptTokens, reusedTokens, completionTokens }: TokenCounts): object {
  return {
    input_tokens: promptTokens - reusedTokens,
    cache_read_input_tokens: reusedTokens,
    cache_creation_input_tokens: 0,
    output_tokens: completionTokens,
  }
}

/** The arguments, where they are an object, as this API wants them; else an object that has them as a text. */
function inputText(given: string): string {
  try {
    const value: unknown = JSON.parse(given)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return given
  } catch {
    // A model may write anything.
  }
  return JSON.stringify({ arguments: given })
}
