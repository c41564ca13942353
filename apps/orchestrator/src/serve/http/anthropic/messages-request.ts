import type { RoutedRequest } from '../../serving-service.js'
import type { ChatInput, ServedImage, ServedMessage } from '../../text-request.js'
import { maxTokensOf, samplingOf, speculationOf } from '../answer/common-request.js'
import type { Call } from '../call.js'
import { HttpError } from '../edge/http-error.js'
import type { AssistantBlock, MessageBody, TextBlock, UserBlock } from './message-body.js'
import type { ConversationBody, MessagesBody } from './messages-body.js'

/** What the house is asked for a message. */
export function messagesRequest(body: MessagesBody, { house }: Pick<Call, 'house'>): RoutedRequest {
  return {
    model: body.model,
    input: conversationInput(body),
    ...maxTokensOf(body.max_tokens, house.limits, 'max_tokens'),
    stop: body.stop_sequences ?? [],
    sampling: samplingOf(body),
    speculation: speculationOf(body.speculation),
  }
}

/** The conversation as the house knows it. */
export function conversationInput(body: ConversationBody): ChatInput {
  const system = linesOf(body.system)
  return {
    kind: 'chat',
    messages: [
      ...(system === '' ? [] : [{ role: 'system' as const, content: system }]),
      ...body.messages.flatMap(servedMessages),
    ],
    tools: (body.tools ?? []).map(({ name, description, input_schema: parameters }) => ({
      name,
      ...(description != null && { description }),
      parameters,
    })),
    toolChoice: toolChoiceOf(body),
  }
}

function toolChoiceOf({ tools, tool_choice: choice }: ConversationBody): ChatInput['toolChoice'] {
  const names = (tools ?? []).map(({ name }) => name)
  if (choice == null) return names.length > 0 ? 'auto' : 'none'
  if (choice.type === 'tool' && !names.includes(choice.name)) throw choiceError(`no tool is called ${choice.name}`)
  if (choice.type === 'tool') return { name: choice.name }
  if (choice.type !== 'any') return choice.type
  if (names.length === 0) throw choiceError('there are no tools to choose from')
  return 'required'
}

function choiceError(message: string): HttpError {
  return new HttpError(400, 'invalid_request', `tool_choice: ${message}`, 'tool_choice')
}

function servedMessages({ role, content }: MessageBody): readonly ServedMessage[] {
  if (typeof content === 'string') return [{ role, content }]
  return role === 'assistant' ? [assistantMessage(content)] : userMessages(content)
}

function assistantMessage(blocks: readonly AssistantBlock[]): ServedMessage {
  const texts = blocks.flatMap((block) => (block.type === 'text' ? [block.text] : []))
  const toolCalls = blocks.flatMap((block) =>
    block.type === 'tool_use' ? [{ id: block.id, name: block.name, arguments: JSON.stringify(block.input) }] : [],
  )
  return { role: 'assistant', content: texts.join('\n'), ...(toolCalls.length > 0 && { toolCalls }) }
}

/** Results of tools are messages of their own; what stands between them stays together. */
function userMessages(blocks: readonly UserBlock[]): readonly ServedMessage[] {
  const messages: ServedMessage[] = []
  let texts: string[] = []
  let images: ServedImage[] = []
  const close = () => {
    if (texts.length > 0 || images.length > 0)
      messages.push({ role: 'user', content: texts.join('\n'), ...(images.length > 0 && { images }) })
    texts = []
    images = []
  }
  for (const block of blocks) {
    if (block.type === 'text') texts.push(block.text)
    else if (block.type === 'image') images.push({ mediaType: block.source.media_type, base64: block.source.data })
    else {
      close()
      messages.push({ role: 'tool', content: resultText(block), toolCallId: block.tool_use_id })
    }
  }
  close()
  return messages
}

/** Templates know no failed results, so the text says it. */
function resultText({ content, is_error: failed }: Extract<UserBlock, { readonly type: 'tool_result' }>): string {
  return failed === true ? `Error: ${linesOf(content)}` : linesOf(content)
}

function linesOf(content: string | readonly TextBlock[] | null | undefined): string {
  if (content == null || typeof content === 'string') return content ?? ''
  return content.map(({ text }) => text).join('\n')
}
