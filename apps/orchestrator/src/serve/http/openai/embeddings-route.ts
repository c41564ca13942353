import { z } from 'zod'
import { orAborted } from '../answer/until-aborted.js'
import { requestOptions } from '../call.js'
import { type Maybe, modelField } from '../edge/fields.js'
import { HttpError } from '../edge/http-error.js'
import { postRoute, type Route } from '../route.js'
import { embeddingsAnswer } from './answer-schemas.js'

interface EmbeddingsBody {
  readonly model: string
  readonly input: string | readonly string[]
  readonly encoding_format?: Maybe<'float' | 'base64'>
  readonly dimensions?: Maybe<number>
}

const body: z.ZodType<EmbeddingsBody> = z.object({
  model: modelField,
  input: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1).max(2048)])
    .meta({ description: 'Texts, not tokens.' }),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  dimensions: z.int().min(1).nullish().meta({ description: 'Refused unless it is what the model makes.' }),
})

/** `POST /v1/embeddings`. */
export const embeddingsRoute: Route = postRoute({
  path: '/v1/embeddings',
  summary: 'Vectors of texts',
  errors: 'openai',
  body,
  answer: { description: 'A vector for each text, in their order', schema: embeddingsAnswer },
  handle: async (call, { model, input, encoding_format: format, dimensions }) => {
    const texts = typeof input === 'string' ? [input] : input
    const { service } = call.house
    const { vectors, promptTokens } = await orAborted(service.embed(model, texts, requestOptions(call)), call.signal)
    const length = vectors[0]?.length ?? 0
    if (dimensions != null && dimensions !== length)
      throw new HttpError(400, 'invalid_request', `dimensions: this model makes ${length} of them`, 'dimensions')
    Object.assign(call.notes, { model, promptTokens })
    return {
      object: 'list',
      model,
      data: vectors.map((vector, index) => ({
        object: 'embedding',
        index,
        embedding: format === 'base64' ? base64Of(vector) : vector,
      })),
      usage: { prompt_tokens: promptTokens, total_tokens: promptTokens },
    }
  },
})

/** Floats of 32 bits, little-endian. */
function base64Of(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * Float32Array.BYTES_PER_ELEMENT)
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * Float32Array.BYTES_PER_ELEMENT)
  return bytes.toString('base64')
}
