import { SpeculationError, type TokenId } from '@foretoken/contract'
import { Template } from '@huggingface/jinja'
import type { ChatMessage, ChatTool, ChatToolCall } from './chat-types.js'
import { cutAtSpecialTokens, longestFirst, type SpecialToken } from './special-tokens.js'
import { mapTexts, textVeil } from './text-veil.js'
import { withinTime } from './within-time.js'

/** A conversation in the words of a model's template: text to tokenise, and special tokens between. */
export type ChatParts = readonly (string | TokenId)[]

/** What a chat template needs besides its messages. */
export interface ChatTemplateOptions {
  /** The Jinja source; `undefined` where the model has none. */
  readonly source: string | undefined
  readonly specials: readonly SpecialToken[]
  readonly beginOfText: string
  readonly endOfText: string
  readonly tools?: readonly ChatTool[]
  /**
   * Most time that the template may take, in milliseconds (1 or more).
   * @defaultValue 2,000
   */
  readonly timeoutMs?: number
}

/**
 * Renders messages with the model's own template. Special tokens are those that the template writes: where a message, a
 * call or a tool spells one, whole or together with what follows it, it stays text.
 */
export function renderChat(messages: readonly ChatMessage[], options: ChatTemplateOptions): ChatParts {
  const { source, specials, beginOfText, endOfText, tools = [], timeoutMs = 2_000 } = options
  checkMessages(messages)
  const names = longestFirst(specials).map(({ text }) => text)
  const veil = textVeil([source ?? '', JSON.stringify([messages, tools])], names)
  const values = {
    messages: messages.map((message) => templateMessage(message, veil.cover)),
    ...(tools.length > 0 && { tools: tools.map((tool) => mapTexts(templateTool(tool), veil.cover)) }),
    add_generation_prompt: true,
    bos_token: beginOfText,
    eos_token: endOfText,
  }
  const text = render(source, values, timeoutMs)
  return cutAtSpecialTokens(text, specials).map((part) => (typeof part === 'number' ? part : veil.uncover(part)))
}

function templateMessage(
  { role, content, toolCalls = [], toolCallId }: ChatMessage,
  cover: (text: string) => string,
): Record<string, unknown> {
  return {
    role,
    content: cover(content),
    ...(toolCalls.length > 0 && { tool_calls: toolCalls.map((call) => mapTexts(templateCall(call), cover)) }),
    ...(toolCallId !== undefined && { tool_call_id: cover(toolCallId) }),
  }
}

/** Templates write arguments as JSON themselves; what is no JSON object stays the text that it is. */
function templateCall({ id, name, arguments: text }: ChatToolCall): Record<string, unknown> {
  return { id, type: 'function', function: { name, arguments: objectIn(text) ?? text } }
}

function templateTool({ name, description = '', parameters }: ChatTool): Record<string, unknown> {
  return { type: 'function', function: { name, description, parameters } }
}

function objectIn(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

function render(source: string | undefined, values: Record<string, unknown>, timeoutMs: number): string {
  if (source === undefined) {
    const cure = 'give it plain text instead (--raw on the command line)'
    throw new SpeculationError('ERR_OPTION_INVALID', `the model has no chat template; ${cure}`)
  }
  const tooLong = () => new Error(`it was not done after ${timeoutMs} ms`)
  try {
    return withinTime(() => new Template(source).render(values), timeoutMs, tooLong)
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    const cure = 'change the messages, or give it plain text instead (--raw on the command line)'
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      `the model’s chat template refuses these messages: ${said}; ${cure}`,
      {
        details: { said },
        cause,
      },
    )
  }
}

const roles: ReadonlySet<string> = new Set(['system', 'user', 'assistant', 'tool'])

function checkMessages(messages: readonly ChatMessage[]): void {
  if (messages.length === 0) throw invalid('at least one message', 'none')
  for (const { role, content } of messages) {
    if (!roles.has(role)) throw invalid('the role system, user, assistant or tool', JSON.stringify(role))
    if (typeof content !== 'string') throw invalid('text as content', typeof content)
  }
}

function invalid(expected: string, got: string): SpeculationError<'ERR_OPTION_INVALID'> {
  return new SpeculationError('ERR_OPTION_INVALID', `messages must have ${expected}, got ${got}`)
}
