import type { RoutedRequest } from '../../serving-service.js'
import type { ChatInput, TextRequest, ToolDefinition } from '../../text-request.js'
import { maxTokensOf, speculationOf } from '../answer/common-request.js'
import type { Call } from '../call.js'
import { HttpError } from '../edge/http-error.js'
import type { ChatBody, ResponseFormatBody, ToolBody } from './chat-body.js'
import { servedMessage } from './chat-message.js'
import { openaiSampling, stopOf } from './openai-fields.js'

/** What the house is asked for a chat completion. */
export function chatRequest(body: ChatBody, { house }: Pick<Call, 'house'>): RoutedRequest {
  const asked = body.max_completion_tokens ?? body.max_tokens
  const field = body.max_completion_tokens == null ? 'max_tokens' : 'max_completion_tokens'
  return {
    model: body.model,
    input: {
      kind: 'chat',
      messages: body.messages.map(servedMessage),
      tools: (body.tools ?? []).map(toolDefinition),
      toolChoice: toolChoiceOf(body),
    },
    ...maxTokensOf(asked, house.limits, field),
    stop: stopOf(body.stop),
    sampling: openaiSampling(body),
    ...formatOf(body.response_format),
    ...topLogProbabilities(body),
    speculation: speculationOf(body.speculation),
  }
}

function toolDefinition({ function: { name, description, parameters } }: ToolBody): ToolDefinition {
  return {
    name,
    ...(description != null && { description }),
    parameters: parameters ?? { type: 'object', properties: {} },
  }
}

function toolChoiceOf({ tools, tool_choice: choice }: ChatBody): ChatInput['toolChoice'] {
  const names = (tools ?? []).map((tool) => tool.function.name)
  if (choice == null) return names.length > 0 ? 'auto' : 'none'
  if (names.length === 0 && choice !== 'none' && choice !== 'auto')
    throw choiceError('there are no tools to choose from')
  if (typeof choice === 'string') return choice
  const { name } = choice.function
  if (!names.includes(name)) throw choiceError(`no tool is called ${name}`)
  return { name }
}

function choiceError(message: string): HttpError {
  return new HttpError(400, 'invalid_request', `tool_choice: ${message}`, 'tool_choice')
}

function formatOf(format: ResponseFormatBody | null | undefined): Pick<TextRequest, 'format'> {
  if (format?.type === 'json_schema') return { format: { kind: 'json-schema', schema: format.json_schema.schema } }
  return format?.type === 'json_object' ? { format: { kind: 'json' } } : {}
}

function topLogProbabilities({ logprobs, top_logprobs: top }: ChatBody): Pick<TextRequest, 'topLogProbabilities'> {
  if (logprobs === true) return { topLogProbabilities: top ?? 0 }
  if (top == null) return {}
  throw new HttpError(400, 'invalid_request', 'top_logprobs: set logprobs as well', 'top_logprobs')
}
