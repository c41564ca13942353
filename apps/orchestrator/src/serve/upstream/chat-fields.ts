import type { ChatInput, ServedImage, ServedMessage, ToolDefinition } from '../text-request.js'
import type { ServerDialect } from './server-dialect.js'

/** A conversation and its tools, in OpenAI's fields. */
export function chatFields({ messages, tools, toolChoice }: ChatInput, dialect: ServerDialect): object {
  return { messages: messages.map(messageField), ...toolFields(tools, toolChoice, dialect) }
}

function messageField({ role, content, images = [], toolCalls = [], toolCallId }: ServedMessage): object {
  if (images.length > 0) return { role, content: [...images.map(imagePart), { type: 'text', text: content }] }
  if (toolCalls.length === 0) return { role, content, ...(toolCallId !== undefined && { tool_call_id: toolCallId }) }
  return {
    role,
    content: content === '' ? null : content,
    tool_calls: toolCalls.map(({ id, name, arguments: given }) => ({
      id,
      type: 'function',
      function: { name, arguments: given },
    })),
  }
}

/** As it came: nothing is fetched, here or there. */
function imagePart({ mediaType, base64 }: ServedImage): object {
  return { type: 'image_url', image_url: { url: `data:${mediaType};base64,${base64}` } }
}

function toolFields(tools: readonly ToolDefinition[], choice: ChatInput['toolChoice'], dialect: ServerDialect): object {
  if (tools.length === 0) return {}
  if (typeof choice === 'string') return { tools: tools.map(toolField), tool_choice: choice }
  const { name } = choice
  if (dialect !== 'llama.cpp') {
    return { tools: tools.map(toolField), tool_choice: { type: 'function', function: { name } } }
  }
  // llama-server knows no choice by name: it gets the one tool.
  return { tools: tools.filter((tool) => tool.name === name).map(toolField), tool_choice: 'required' }
}

function toolField({ name, description, parameters }: ToolDefinition): object {
  return { type: 'function', function: { name, ...(description !== undefined && { description }), parameters } }
}
