import { z } from 'zod'
import { orAborted } from '../answer/until-aborted.js'
import { requestOptions } from '../call.js'
import { type Maybe, modelField } from '../edge/fields.js'
import { postRoute, type Route } from '../route.js'
import { rerankAnswer } from './answer-schemas.js'

interface RerankBody {
  readonly model: string
  readonly query: string
  readonly documents: readonly (string | { readonly text: string })[]
  readonly top_n?: Maybe<number>
  readonly return_documents?: Maybe<boolean>
}

const body: z.ZodType<RerankBody> = z.object({
  model: modelField,
  query: z.string().min(1),
  documents: z
    .array(z.union([z.string(), z.object({ text: z.string() })]))
    .min(1)
    .max(4096),
  top_n: z.int().min(1).nullish().meta({ description: 'How many of the best are returned. Default: all.' }),
  return_documents: z.boolean().nullish(),
})

/** `POST /v1/rerank`, in the form of Jina's and Cohere's APIs, as llama-server has it. */
export const rerankRoute: Route = postRoute({
  path: '/v1/rerank',
  summary: 'Sorts documents by how well they answer a query',
  errors: 'openai',
  body,
  answer: { description: 'The documents’ places in the request, best first', schema: rerankAnswer },
  handle: async (call, { model, query, documents, top_n: most, return_documents: withDocuments }) => {
    const texts = documents.map((document) => (typeof document === 'string' ? document : document.text))
    const ranking = call.house.service.rerank(model, query, texts, requestOptions(call))
    const { scores, promptTokens } = await orAborted(ranking, call.signal)
    Object.assign(call.notes, { model, promptTokens })
    const best = scores.map((score, index) => ({ score, index })).sort((one, other) => other.score - one.score)
    return {
      id: `rerank-${call.id}`,
      object: 'list',
      model,
      results: best.slice(0, most ?? best.length).map(({ score, index }) => ({
        index,
        relevance_score: score,
        ...(withDocuments === true && { document: { text: texts[index] } }),
      })),
      usage: { prompt_tokens: promptTokens, total_tokens: promptTokens },
    }
  },
})
