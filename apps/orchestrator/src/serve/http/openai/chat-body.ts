import { z } from 'zod'
import { anyObject, type FieldsOf, type Maybe } from '../edge/fields.js'
import { type ChatMessageBody, chatMessage } from './chat-message.js'
import { type OpenaiBody, openaiFields } from './openai-fields.js'

/** `POST /v1/chat/completions`. */
export interface ChatBody extends OpenaiBody {
  readonly messages: readonly ChatMessageBody[]
  readonly max_completion_tokens?: Maybe<number>
  readonly logprobs?: Maybe<boolean>
  readonly top_logprobs?: Maybe<number>
  readonly response_format?: Maybe<ResponseFormatBody>
  readonly tools?: Maybe<readonly ToolBody[]>
  readonly tool_choice?: Maybe<ToolChoiceBody>
}

/** What an answer has to look like. */
export type ResponseFormatBody =
  | { readonly type: 'text' | 'json_object' }
  | { readonly type: 'json_schema'; readonly json_schema: { readonly schema: Readonly<Record<string, unknown>> } }

/** A function that the model may call. */
export interface ToolBody {
  readonly type: 'function'
  readonly function: {
    readonly name: string
    readonly description?: Maybe<string>
    readonly parameters?: Maybe<Readonly<Record<string, unknown>>>
  }
}

/** Whether a function is called, and which. */
export type ToolChoiceBody =
  | 'auto'
  | 'none'
  | 'required'
  | { readonly type: 'function'; readonly function: { readonly name: string } }

const toolName = z.string().regex(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, _ or -')

const responseFormat: z.ZodType<ResponseFormatBody> = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['text', 'json_object']) }),
  z.object({ type: z.literal('json_schema'), json_schema: z.object({ schema: anyObject }) }),
])

const tool: z.ZodType<ToolBody> = z.object({
  type: z.literal('function', 'only functions are known as tools'),
  function: z.object({ name: toolName, description: z.string().nullish(), parameters: anyObject.nullish() }),
})

const toolChoice: z.ZodType<ToolChoiceBody> = z.union([
  z.enum(['auto', 'none', 'required']),
  z.object({ type: z.literal('function'), function: z.object({ name: toolName }) }),
])

const fields: FieldsOf<ChatBody> = {
  ...openaiFields,
  messages: z.array(chatMessage).min(1),
  max_completion_tokens: z.int().min(1).nullish().meta({ description: 'Wins over max_tokens.' }),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  response_format: responseFormat.nullish(),
  tools: z.array(tool).max(128).nullish(),
  tool_choice: toolChoice.nullish(),
}

/** The schema of {@link ChatBody}. Unknown fields are left out, as OpenAI does. */
export const chatBody: z.ZodType<ChatBody> = z.object({
  ...fields,
  functions: z.null('send tools in place of functions').optional(),
})
