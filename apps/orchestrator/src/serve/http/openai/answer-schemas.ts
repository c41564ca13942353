import { z } from 'zod'
import { speculationAnswer } from '../answer/speculation-schema.js'

// Schemas of what is sent: they are published, and tests hold every answer to them.

const usage = z.strictObject({
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  total_tokens: z.int(),
  prompt_tokens_details: z.strictObject({ cached_tokens: z.int() }),
})

const logProbability = z.strictObject({ token: z.string(), logprob: z.number(), bytes: z.array(z.int()) })

const chatLogProbabilities = z.strictObject({
  content: z.array(z.strictObject({ ...logProbability.shape, top_logprobs: z.array(logProbability) })),
  refusal: z.null(),
})

const finish = z.enum(['stop', 'length', 'tool_calls'])

const calledFunction = z.strictObject({
  id: z.string(),
  type: z.literal('function'),
  function: z.strictObject({ name: z.string(), arguments: z.string() }),
})

const head = { id: z.string(), created: z.int(), model: z.string(), speculation: speculationAnswer.optional() }

/** A chat completion. */
export const chatAnswer: z.ZodType = z.strictObject({
  ...head,
  object: z.literal('chat.completion'),
  choices: z
    .array(
      z.strictObject({
        index: z.literal(0),
        message: z.strictObject({
          role: z.literal('assistant'),
          content: z.string().nullable(),
          refusal: z.null(),
          tool_calls: z.array(calledFunction).optional(),
        }),
        logprobs: chatLogProbabilities.nullable(),
        finish_reason: finish,
      }),
    )
    .length(1),
  usage,
})

const toolCallDelta = z.strictObject({
  index: z.int(),
  id: z.string().optional(),
  type: z.literal('function').optional(),
  function: z.strictObject({ name: z.string().optional(), arguments: z.string() }),
})

/** A chunk of a chat completion's stream. */
export const chatChunk: z.ZodType = z.strictObject({
  ...head,
  object: z.literal('chat.completion.chunk'),
  choices: z
    .array(
      z.strictObject({
        index: z.literal(0),
        delta: z.strictObject({
          role: z.literal('assistant').optional(),
          content: z.string().optional(),
          tool_calls: z.array(toolCallDelta).optional(),
        }),
        logprobs: chatLogProbabilities.nullable(),
        finish_reason: finish.nullable(),
      }),
    )
    .max(1),
  usage: usage.nullish(),
})

/** A completion, or a chunk of its stream. */
export const completionAnswer: z.ZodType = z.strictObject({
  ...head,
  object: z.literal('text_completion'),
  choices: z
    .array(
      z.strictObject({
        index: z.literal(0),
        text: z.string(),
        logprobs: z
          .strictObject({
            tokens: z.array(z.string()),
            token_logprobs: z.array(z.number()),
            top_logprobs: z.array(z.record(z.string(), z.number())),
            text_offset: z.array(z.int()),
          })
          .nullable(),
        finish_reason: finish.nullable(),
      }),
    )
    .max(1),
  usage: usage.nullish(),
})

const model = z.strictObject({
  id: z.string(),
  object: z.literal('model'),
  type: z.literal('model'),
  created: z.int(),
  created_at: z.string(),
  display_name: z.string(),
  owned_by: z.literal('foretoken'),
  kind: z.enum(['model', 'role', 'auto']),
  state: z.enum(['hot', 'loading', 'cold', 'failed']),
  context_tokens: z.int().optional(),
  takes_images: z.boolean().optional(),
  drafters: z.array(z.string()).optional(),
  failure: z.string().optional(),
})

/** One model, in the words of OpenAI's and Anthropic's APIs at once. */
export const modelAnswer: z.ZodType = model

/** All models. */
export const modelsAnswer: z.ZodType = z.strictObject({
  object: z.literal('list'),
  data: z.array(model),
  has_more: z.literal(false),
  first_id: z.string().nullable(),
  last_id: z.string().nullable(),
})

const promptUsage = z.strictObject({ prompt_tokens: z.int(), total_tokens: z.int() })

/** Vectors of texts. */
export const embeddingsAnswer: z.ZodType = z.strictObject({
  object: z.literal('list'),
  model: z.string(),
  data: z.array(
    z.strictObject({
      object: z.literal('embedding'),
      index: z.int(),
      embedding: z.union([z.array(z.number()), z.string().meta({ description: 'Floats of 32 bits in base64.' })]),
    }),
  ),
  usage: promptUsage,
})

/** Documents by their relevance. */
export const rerankAnswer: z.ZodType = z.strictObject({
  id: z.string(),
  object: z.literal('list'),
  model: z.string(),
  results: z.array(
    z.strictObject({
      index: z.int(),
      relevance_score: z.number(),
      document: z.strictObject({ text: z.string() }).optional(),
    }),
  ),
  usage: promptUsage,
})
