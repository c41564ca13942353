import { z } from 'zod'
import { speculationAnswer } from '../answer/speculation-schema.js'

const usage = z.strictObject({
  input_tokens: z.int(),
  output_tokens: z.int(),
  cache_read_input_tokens: z.int(),
  cache_creation_input_tokens: z.int(),
})

const stop = {
  stop_reason: z.enum(['end_turn', 'max_tokens', 'stop_sequence', 'tool_use']).nullable(),
  stop_sequence: z.string().nullable(),
}

const block = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string() }),
  z.strictObject({
    type: z.literal('tool_use'),
    id: z.string(),
    name: z.string(),
    input: z.record(z.string(), z.unknown()),
  }),
])

const message = z.strictObject({
  id: z.string(),
  type: z.literal('message'),
  role: z.literal('assistant'),
  model: z.string(),
  content: z.array(block),
  ...stop,
  usage,
  speculation: speculationAnswer.optional(),
})

/** A message. */
export const messageAnswer: z.ZodType = message

/** An event of a message's stream. */
export const messageEvent: z.ZodType = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('message_start'), message }),
  z.strictObject({ type: z.literal('content_block_start'), index: z.int(), content_block: block }),
  z.strictObject({
    type: z.literal('content_block_delta'),
    index: z.int(),
    delta: z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('text_delta'), text: z.string() }),
      z.strictObject({ type: z.literal('input_json_delta'), partial_json: z.string() }),
    ]),
    speculation: speculationAnswer.optional(),
  }),
  z.strictObject({ type: z.literal('content_block_stop'), index: z.int() }),
  z.strictObject({
    type: z.literal('message_delta'),
    delta: z.strictObject(stop),
    usage,
    speculation: speculationAnswer.optional(),
  }),
  z.strictObject({ type: z.literal('message_stop') }),
])

/** How many tokens a prompt has. */
export const countAnswer: z.ZodType = z.strictObject({ input_tokens: z.int() })
