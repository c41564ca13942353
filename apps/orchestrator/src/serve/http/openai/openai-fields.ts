import type { Sampling } from '@foretoken/contract'
import { z } from 'zod'
import { samplingOf } from '../answer/common-request.js'
import { type CommonBody, commonFields, type FieldsOf, type Maybe, stopStrings } from '../edge/fields.js'

/** What OpenAI's two requests for a text share. */
export interface OpenaiBody extends CommonBody {
  readonly max_tokens?: Maybe<number>
  readonly stop?: Maybe<string | readonly string[]>
  readonly n?: Maybe<1>
  readonly frequency_penalty?: Maybe<number>
  readonly presence_penalty?: Maybe<number>
  readonly repeat_penalty?: Maybe<number>
  readonly logit_bias?: Maybe<Readonly<Record<string, number>>>
  readonly stream_options?: Maybe<{ readonly include_usage?: Maybe<boolean> }>
}

/** Schemas of {@link OpenaiBody}. */
export const openaiFields: FieldsOf<OpenaiBody> = {
  ...commonFields,
  max_tokens: z.int().min(1).nullish().meta({ description: 'Default: what the context has room for.' }),
  stop: stopStrings.nullish(),
  n: z.literal(1, 'one answer a request is written; ask several times, with different seeds').nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  repeat_penalty: z.number().gt(0).max(10).nullish().meta({ description: 'llama.cpp’s; 1 is off.' }),
  logit_bias: z
    .record(z.string().regex(/^\d{1,9}$/, 'the keys must be ids of tokens'), z.number().min(-100).max(100))
    .nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
}

// OpenAI's penalties look at the whole text; the engine cuts this to the context.
const wholeText = 1_000_000

/** How tokens are chosen for a request in OpenAI's words. */
export function openaiSampling(body: OpenaiBody): Sampling {
  const { frequency_penalty: frequency, presence_penalty: presence, repeat_penalty: repeat, logit_bias: bias } = body
  const penalties = {
    ...(frequency != null && frequency !== 0 && { frequency }),
    ...(presence != null && presence !== 0 && { presence }),
    ...(repeat != null && repeat !== 1 && { repeat }),
  }
  const logitBias = Object.entries(bias ?? {}).map(([token, value]) => ({ token: Number(token), bias: value }))
  return {
    ...samplingOf(body),
    ...(Object.keys(penalties).length > 0 && { penalties: { lastTokens: wholeText, ...penalties } }),
    ...(logitBias.length > 0 && { logitBias }),
  }
}

/** A list of the strings that end an answer. */
export function stopOf(stop: Maybe<string | readonly string[]>): readonly string[] {
  return typeof stop === 'string' ? [stop] : (stop ?? [])
}
