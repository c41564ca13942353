import { z } from 'zod'
import type { FieldsOf, Maybe } from '../edge/fields.js'
import { type OpenaiBody, openaiFields } from './openai-fields.js'

/** `POST /v1/completions`. */
export interface CompletionBody extends OpenaiBody {
  readonly prompt: string | readonly string[]
  readonly logprobs?: Maybe<number>
}

const fields: FieldsOf<CompletionBody> = {
  ...openaiFields,
  prompt: z
    .union([z.string(), z.array(z.string()).length(1, 'one prompt a request is continued')])
    .meta({ description: 'A text, not tokens.' }),
  logprobs: z.int().min(0).max(20).nullish().meta({ description: 'How many of the best others come with each token.' }),
}

/** The schema of {@link CompletionBody}. What would change the answer and is not done is refused. */
export const completionBody: z.ZodType<CompletionBody> = z.object({
  ...fields,
  best_of: z.literal(1, 'one answer a request is written').nullish(),
  echo: z.literal(false, 'the prompt is not repeated').nullish(),
  suffix: z.literal('', 'texts are only continued').nullish(),
})
