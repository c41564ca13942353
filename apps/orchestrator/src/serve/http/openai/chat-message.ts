import { z } from 'zod'
import type { ServedImage, ServedMessage } from '../../text-request.js'
import { imageOfUrl, imageUrl } from '../edge/data-url.js'
import type { Maybe } from '../edge/fields.js'

/** One message, as OpenAI's clients send it. */
export type ChatMessageBody =
  | { readonly role: 'system' | 'developer'; readonly content: TextContent }
  | { readonly role: 'user'; readonly content: string | readonly PartBody[] }
  | {
      readonly role: 'assistant'
      readonly content?: Maybe<TextContent>
      readonly tool_calls?: Maybe<readonly CallBody[]>
    }
  | { readonly role: 'tool'; readonly content: TextContent; readonly tool_call_id: string }

type TextContent = string | readonly TextPartBody[]

interface TextPartBody {
  readonly type: 'text'
  readonly text: string
}

type PartBody = TextPartBody | { readonly type: 'image_url'; readonly image_url: { readonly url: string } }

interface CallBody {
  readonly id: string
  readonly function: { readonly name: string; readonly arguments: string }
}

const textPart = z.object({ type: z.literal('text'), text: z.string() })

const textContent: z.ZodType<TextContent> = z.union([z.string(), z.array(textPart)])

const part: z.ZodType<PartBody> = z.discriminatedUnion(
  'type',
  [textPart, z.object({ type: z.literal('image_url'), image_url: z.object({ url: imageUrl }) })],
  'must be a part of type text or image_url',
)

const call: z.ZodType<CallBody> = z.object({
  id: z.string().min(1).max(256),
  type: z.literal('function').optional(),
  function: z.object({ name: z.string().min(1).max(256), arguments: z.string() }),
})

/** The schema of {@link ChatMessageBody}. */
export const chatMessage: z.ZodType<ChatMessageBody> = z.discriminatedUnion(
  'role',
  [
    z.object({ role: z.enum(['system', 'developer']), content: textContent }),
    z.object({ role: z.literal('user'), content: z.union([z.string(), z.array(part)]) }),
    z.object({ role: z.literal('assistant'), content: textContent.nullish(), tool_calls: z.array(call).nullish() }),
    z.object({ role: z.literal('tool'), content: textContent, tool_call_id: z.string().min(1).max(256) }),
  ],
  'must be system, developer, user, assistant or tool',
)

/** The message as the house knows it. */
export function servedMessage(message: ChatMessageBody): ServedMessage {
  const content = textOf(message.content)
  if (message.role === 'user') {
    const images = imagesOf(message.content)
    return { role: 'user', content, ...(images.length > 0 && { images }) }
  }
  if (message.role === 'tool') return { role: 'tool', content, toolCallId: message.tool_call_id }
  if (message.role !== 'assistant') return { role: 'system', content }
  const toolCalls = (message.tool_calls ?? []).map(({ id, function: called }) => ({ id, ...called }))
  return { role: 'assistant', content, ...(toolCalls.length > 0 && { toolCalls }) }
}

/** Several parts are lines of their own, as llama.cpp's server has it. */
function textOf(content: Maybe<string | readonly PartBody[]>): string {
  if (content == null || typeof content === 'string') return content ?? ''
  return content.flatMap((one) => (one.type === 'text' ? [one.text] : [])).join('\n')
}

function imagesOf(content: string | readonly PartBody[]): readonly ServedImage[] {
  if (typeof content === 'string') return []
  return content.flatMap((one) => (one.type === 'image_url' ? [imageOfUrl(one.image_url.url)] : []))
}
