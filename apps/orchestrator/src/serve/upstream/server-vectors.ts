import { SpeculationError } from '@foretoken/contract'
import type { Upstream } from '@foretoken/runner-llamacpp'
import { z } from 'zod'
import type { Embeddings, Ranking } from '../serving-engine.js'

/** A call's options. */
export interface VectorCall {
  readonly signal: AbortSignal
}

const usage = z.object({ prompt_tokens: z.number().int().min(0).optional() }).nullish()

const embeddingsSchema = z.object({
  data: z.array(z.object({ index: z.number().int().min(0), embedding: z.array(z.number()) })),
  usage,
})

const rerankSchema = z.object({
  results: z.array(z.object({ index: z.number().int().min(0), relevance_score: z.number() })),
  usage,
})

/** One vector for each text. */
export async function embedTexts(
  client: Upstream,
  { model, texts, signal }: VectorCall & { readonly model: string; readonly texts: readonly string[] },
): Promise<Embeddings> {
  const answer = await client.post('embeddings', { model, input: texts, encoding_format: 'float' }, { signal })
  const { data, usage } = checked(embeddingsSchema, answer)
  const vectors = inOrder(data, texts.length).map(({ embedding }) => embedding)
  return { vectors, promptTokens: usage?.prompt_tokens ?? 0 }
}

/** What {@link rankDocuments} is asked. */
export interface RankCall extends VectorCall {
  readonly model: string
  readonly query: string
  readonly documents: readonly string[]
  /** llama-server tells what a classifier says as it is. */
  readonly areLogits: boolean
}

/** How well each document answers the query, in their order. */
export async function rankDocuments(client: Upstream, call: RankCall): Promise<Ranking> {
  const { model, query, documents, areLogits, signal } = call
  const answer = await client.post('rerank', { model, query, documents, top_n: documents.length }, { signal })
  const { results, usage } = checked(rerankSchema, answer)
  const scores = inOrder(results, documents.length).map((one) => one.relevance_score)
  return { scores: areLogits ? scores.map(logistic) : scores, promptTokens: usage?.prompt_tokens ?? 0 }
}

function logistic(logit: number): number {
  return 1 / (1 + Math.exp(-logit))
}

function inOrder<T extends { readonly index: number }>(rows: readonly T[], length: number): readonly T[] {
  const byIndex = new Map(rows.map((row) => [row.index, row]))
  return Array.from({ length }, (_, index) => {
    const row = byIndex.get(index)
    if (row === undefined || byIndex.size !== length) {
      throw new SpeculationError('ERR_ENGINE_LOST', `the server answered ${byIndex.size} of ${length} texts`)
    }
    return row
  })
}

function checked<T>(schema: z.ZodType<T>, answer: unknown): T {
  const result = schema.safeParse(answer)
  if (result.success) return result.data
  const words = z.prettifyError(result.error).slice(0, 300)
  throw new SpeculationError('ERR_ENGINE_LOST', `the server's answer is not of the expected form: ${words}`)
}
