import type { ServedMessage, ToolCall, ToolDefinition } from '../text-request.js'

/**
 * A conversation with tools in plain messages, for models whose template has no tools or writes them in a way that is not
 * known here: the tools and their calls stand in the text, in Hermes' words, and what they returned comes from the user.
 */
export function withToolInstructions(
  messages: readonly ServedMessage[],
  tools: readonly ToolDefinition[],
): readonly ServedMessage[] {
  const plain = joinedResults(messages.map(plainMessage))
  return tools.length === 0 ? plain : instructed(plain, instructionsOf(tools))
}

/** In the system's message; where there is none, before the first message, since not every template takes a system's. */
function instructed(messages: readonly ServedMessage[], instructions: string): readonly ServedMessage[] {
  const at = Math.max(
    0,
    messages.findIndex(({ role }) => role === 'system'),
  )
  return messages.map((message, index) => {
    if (index !== at) return message
    const texts = message.role === 'system' ? [message.content, instructions] : [instructions, message.content]
    return { ...message, content: texts.join('\n\n') }
  })
}

function instructionsOf(tools: readonly ToolDefinition[]): string {
  const lines = tools.map((tool) => JSON.stringify({ type: 'function', function: tool }))
  return [
    '# Tools',
    'You may call a function. These are the functions:',
    `<tools>\n${lines.join('\n')}\n</tools>`,
    'To call one, answer with nothing but a JSON object in tags:',
    '<tool_call>\n{"name": <function name>, "arguments": <arguments as JSON object>}\n</tool_call>',
  ].join('\n')
}

function plainMessage({ role, content, toolCalls = [], images }: ServedMessage): ServedMessage {
  if (role === 'tool') return { role: 'user', content: `<tool_response>\n${content}\n</tool_response>` }
  const texts = [...(content === '' ? [] : [content]), ...toolCalls.map(callText)]
  return { role, content: texts.join('\n'), ...(images !== undefined && { images }) }
}

function callText({ name, arguments: given }: ToolCall): string {
  return `<tool_call>\n{"name": ${JSON.stringify(name)}, "arguments": ${given}}\n</tool_call>`
}

/** Results of several calls are one message: templates want user and assistant to take turns. */
function joinedResults(messages: readonly ServedMessage[]): readonly ServedMessage[] {
  const joined: ServedMessage[] = []
  for (const message of messages) {
    const last = joined.at(-1)
    const isBoth = isResult(last) && isResult(message)
    if (isBoth) joined[joined.length - 1] = { ...last, content: `${last.content}\n${message.content}` }
    else joined.push(message)
  }
  return joined
}

function isResult(message: ServedMessage | undefined): message is ServedMessage {
  return message?.role === 'user' && message.content.startsWith('<tool_response>')
}
