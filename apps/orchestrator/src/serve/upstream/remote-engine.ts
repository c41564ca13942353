import { assertInteger, SpeculationError } from '@foretoken/contract'
import { type Upstream, type UpstreamOptions, upstream } from '@foretoken/runner-llamacpp'
import { z } from 'zod'
import type { ServingEngine, ServingFacts, StartEngine } from '../serving-engine.js'
import { assertRequest } from './assert-request.js'
import { chunkEvents } from './chunk-events.js'
import { countPromptTokens, countRemoteTokens } from './prompt-tokens.js'
import { requestBody } from './request-body.js'
import type { ServerDialect } from './server-dialect.js'
import { embedTexts, rankDocuments } from './server-vectors.js'

/** Options of {@link remoteEngine}: its servers, how they are asked, and what their model can do. */
export interface RemoteEngineOptions extends UpstreamOptions {
  /** What the model is called there; a server's own `model` goes before it. */
  readonly model: string
  /**
   * What the servers understand.
   * @defaultValue 'compatible': what all of them do
   */
  readonly dialect?: ServerDialect
  /**
   * Most tokens of one text (1 or more).
   * @defaultValue what the servers say, else 131072
   */
  readonly contextTokens?: number
  /**
   * Requests that are sent there at once (1 to 4096).
   * @defaultValue 16
   */
  readonly slots?: number
  /**
   * Whether messages may have images.
   * @defaultValue false
   */
  readonly takesImages?: boolean
  /**
   * Whether it makes vectors (`/embeddings`).
   * @defaultValue false
   */
  readonly embeds?: boolean
  /**
   * Whether it ranks documents (`/rerank`), with probabilities.
   * @defaultValue false
   */
  readonly ranks?: boolean
}

const defaultContext = 131_072

/** Answers a model's requests by servers elsewhere that speak OpenAI's protocol. Its start asks them for their models. */
export function remoteEngine(options: RemoteEngineOptions): StartEngine {
  const { slots = 16, dialect = 'compatible', contextTokens } = options
  assertInteger('slots', slots, { min: 1, max: 4_096 })
  if (contextTokens !== undefined) assertInteger('contextTokens', contextTokens, { min: 1, max: 2 ** 31 - 1 })
  return async ({ signal, onProgress }) => {
    const client = upstream(options)
    try {
      const told = contextOf(await modelsOf(client, signal), options)
      onProgress(1)
      const facts: ServingFacts = {
        engine: 'remote',
        contextTokens: contextTokens ?? told ?? defaultContext,
        slots,
        memoryBytes: 0,
        takesImages: options.takesImages ?? false,
        toolFormat: 'engine',
        drafters: [],
      }
      return servingEngine({ client, facts, options, dialect })
    } catch (error) {
      client[Symbol.dispose]()
      throw error
    }
  }
}

interface EngineParts {
  readonly client: Upstream
  readonly facts: ServingFacts
  readonly options: RemoteEngineOptions
  readonly dialect: ServerDialect
}

function servingEngine({ client, facts, options, dialect }: EngineParts): ServingEngine {
  const { model, embeds = false, ranks = false } = options
  return {
    facts,
    async *generate(request, { signal }) {
      assertRequest(request, facts)
      const { path, body } = requestBody(request, { model, dialect, contextTokens: facts.contextTokens })
      yield* chunkEvents(client.stream(path, body, { signal }), { drafter: '' })
    },
    countTokens: (request) =>
      dialect === 'llama.cpp'
        ? countPromptTokens(client, request)
        : countRemoteTokens(client, request, { model, dialect }),
    ...(embeds && {
      embed: (texts: readonly string[], { signal }: { readonly signal: AbortSignal }) =>
        embedTexts(client, { model, texts, signal }),
    }),
    ...(ranks && {
      rerank: (query: string, documents: readonly string[], { signal }: { readonly signal: AbortSignal }) =>
        rankDocuments(client, { model, query, documents, areLogits: dialect === 'llama.cpp', signal }),
    }),
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]()
    },
  }
}

/** Their list of models; some that answer have none. */
async function modelsOf(client: Upstream, signal: AbortSignal): Promise<unknown> {
  try {
    return await client.get('models', { signal })
  } catch (error) {
    if (SpeculationError.is(error, 'ERR_OPTION_INVALID')) return undefined
    throw error
  }
}

const size = z.number().int().min(1).optional().catch(undefined)

const modelsSchema = z.object({
  data: z.array(
    z.object({ id: z.string(), max_model_len: size, context_length: size, meta: z.object({ n_ctx: size }).nullish() }),
  ),
})

/** What vLLM, OpenRouter and llama-server say of a model's context; OpenAI says nothing. */
function contextOf(answer: unknown, { model, servers }: RemoteEngineOptions): number | undefined {
  const names = new Set([model, ...servers.flatMap((server) => server.model ?? [])])
  const found = modelsSchema.safeParse(answer).data?.data.find(({ id }) => names.has(id))
  return found?.max_model_len ?? found?.context_length ?? found?.meta?.n_ctx
}
