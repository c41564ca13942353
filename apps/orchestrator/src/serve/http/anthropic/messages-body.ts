import { z } from 'zod'
import { anyObject, type CommonBody, commonFields, type FieldsOf, type Maybe } from '../edge/fields.js'
import { type MessageBody, messageBody, type TextBlock, textBlocks } from './message-body.js'

/** What `/v1/messages` and the counting of its tokens share. */
export interface ConversationBody {
  readonly model: string
  readonly messages: readonly MessageBody[]
  readonly system?: Maybe<string | readonly TextBlock[]>
  readonly tools?: Maybe<readonly ToolBody[]>
  readonly tool_choice?: Maybe<ToolChoiceBody>
}

/** `POST /v1/messages`. */
export interface MessagesBody extends ConversationBody, CommonBody {
  readonly max_tokens: number
  readonly stop_sequences?: Maybe<readonly string[]>
}

/** A function that the model may call. */
export interface ToolBody {
  readonly name: string
  readonly description?: Maybe<string>
  readonly input_schema: Readonly<Record<string, unknown>>
}

/** Whether a function is called, and which. */
export type ToolChoiceBody =
  | { readonly type: 'auto' | 'any' | 'none' }
  | { readonly type: 'tool'; readonly name: string }

const tool: z.ZodType<ToolBody> = z.object({
  type: z.literal('custom', 'only tools of the client are known').nullish(),
  name: z.string().regex(/^[\w-]{1,128}$/, 'must be 1 to 128 letters, digits, _ or -'),
  description: z.string().nullish(),
  input_schema: anyObject,
})

const toolChoice: z.ZodType<ToolChoiceBody> = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['auto', 'any', 'none']) }),
  z.object({ type: z.literal('tool'), name: z.string().min(1).max(128) }),
])

const conversationFields: FieldsOf<ConversationBody> = {
  model: commonFields.model,
  messages: z.array(messageBody).min(1),
  system: textBlocks.nullish(),
  tools: z.array(tool).max(128).nullish(),
  tool_choice: toolChoice.nullish(),
}

const fields: FieldsOf<MessagesBody> = {
  ...commonFields,
  ...conversationFields,
  max_tokens: z.int().min(1),
  stop_sequences: z.array(z.string().min(1).max(1024)).max(16).nullish(),
}

/** The schema of {@link ConversationBody}. */
export const conversationBody: z.ZodType<ConversationBody> = z.object(conversationFields)

/** The schema of {@link MessagesBody}. Unknown fields are left out. */
export const messagesBody: z.ZodType<MessagesBody> = z.object(fields)
