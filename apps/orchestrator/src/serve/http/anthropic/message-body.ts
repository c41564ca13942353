import { z } from 'zod'
import { base64Text, type ImageType, imageType } from '../edge/data-url.js'
import { anyObject, type Maybe } from '../edge/fields.js'

/** One message, as Anthropic's clients send it. */
export type MessageBody =
  | { readonly role: 'user'; readonly content: string | readonly UserBlock[] }
  | { readonly role: 'assistant'; readonly content: string | readonly AssistantBlock[] }

/** A block of text. */
export interface TextBlock {
  readonly type: 'text'
  readonly text: string
}

/** What a user's message is made of. */
export type UserBlock =
  | TextBlock
  | {
      readonly type: 'image'
      readonly source: { readonly type: 'base64'; readonly media_type: ImageType; readonly data: string }
    }
  | {
      readonly type: 'tool_result'
      readonly tool_use_id: string
      readonly content?: Maybe<string | readonly TextBlock[]>
      readonly is_error?: Maybe<boolean>
    }

/** What an assistant's message is made of; what it thought is left out. */
export type AssistantBlock =
  | TextBlock
  | {
      readonly type: 'tool_use'
      readonly id: string
      readonly name: string
      readonly input: Readonly<Record<string, unknown>>
    }
  | { readonly type: 'thinking' | 'redacted_thinking' }

const text = z.object({ type: z.literal('text'), text: z.string() })

/** The schema of a text or a list of blocks of text. */
export const textBlocks: z.ZodType<string | readonly TextBlock[]> = z.union([z.string(), z.array(text)])

const image = z.object({
  type: z.literal('image'),
  source: z.object({
    type: z.literal('base64', 'pictures come in the request, in base64; nothing is fetched'),
    media_type: imageType,
    data: base64Text,
  }),
})

const toolResult = z.object({
  type: z.literal('tool_result'),
  tool_use_id: z.string().min(1).max(256),
  content: textBlocks.nullish(),
  is_error: z.boolean().nullish(),
})

const userBlock: z.ZodType<UserBlock> = z.discriminatedUnion(
  'type',
  [text, image, toolResult],
  'must be a block of type text, image or tool_result',
)

const assistantBlock: z.ZodType<AssistantBlock> = z.discriminatedUnion(
  'type',
  [
    text,
    z.object({
      type: z.literal('tool_use'),
      id: z.string().min(1).max(256),
      name: z.string().min(1).max(256),
      input: anyObject,
    }),
    z.object({ type: z.enum(['thinking', 'redacted_thinking']) }),
  ],
  'must be a block of type text or tool_use',
)

/** The schema of {@link MessageBody}. */
export const messageBody: z.ZodType<MessageBody> = z.discriminatedUnion(
  'role',
  [
    z.object({ role: z.literal('user'), content: z.union([z.string(), z.array(userBlock)]) }),
    z.object({ role: z.literal('assistant'), content: z.union([z.string(), z.array(assistantBlock)]) }),
  ],
  'must be user or assistant',
)
