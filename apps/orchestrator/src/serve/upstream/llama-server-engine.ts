import { randomInt } from 'node:crypto'
import { SpeculationError } from '@foretoken/contract'
import { type LlamaServer, llamaServer } from '@foretoken/runner-llamacpp'
import type { ServingEngine, ServingFacts, StartEngine } from '../serving-engine.js'
import type { TextEvent } from '../text-event.js'
import type { TextRequest } from '../text-request.js'
import { assertRequest } from './assert-request.js'
import { calledEvents } from './called-events.js'
import { chunkEvents } from './chunk-events.js'
import { drafterOf, llamaServerFacts } from './llama-server-facts.js'
import { missedDrafts, serverLogEvent } from './llama-server-log.js'
import type { LlamaServerEngineOptions } from './llama-server-options.js'
import { planServer } from './llama-server-plan.js'
import { countPromptTokens } from './prompt-tokens.js'
import { requestBody } from './request-body.js'
import { resumedEvents } from './resumed-events.js'
import { ServerClients } from './server-clients.js'
import { embedTexts, rankDocuments } from './server-vectors.js'
import { toolsByGrammar } from './tools-by-grammar.js'

/** Answers a model's requests by a `llama-server` process, which is started again when it dies. */
export function llamaServerEngine(options: LlamaServerEngineOptions): StartEngine {
  return async ({ signal, onProgress, onEvent }) => {
    onProgress(0)
    const { plan, memoryBytes } = await planServer(options, signal)
    const server = await llamaServer({
      ...plan,
      ...(options.startTimeoutMs !== undefined && { startTimeoutMs: options.startTimeoutMs }),
      signal,
      onEvent: (event) => {
        const told = serverLogEvent(event)
        if (told !== undefined) onEvent(told)
      },
    })
    try {
      const clients = new ServerClients(server)
      const drafter = drafterOf(plan.command)
      const facts = await llamaServerFacts(await clients.client(signal), { memoryBytes, drafter, signal })
      onProgress(1)
      return servingEngine({ server, clients, facts, drafter, serves: options.serves ?? 'text' })
    } catch (error) {
      await server[Symbol.asyncDispose]()
      throw error
    }
  }
}

interface EngineParts {
  readonly server: LlamaServer
  readonly clients: ServerClients
  readonly facts: ServingFacts
  readonly drafter: string
  readonly serves: 'text' | 'vectors' | 'ranks'
}

// A managed server serves one model, whatever it is called.
const model = 'model'

function servingEngine({ server, clients, facts, drafter, serves }: EngineParts): ServingEngine {
  return {
    facts,
    async *generate(request, { signal }) {
      assertRequest(request, facts)
      if (serves !== 'text') throw writesNothing(serves)
      const { request: sent, grammar, reading } = facts.toolFormat === 'grammar' ? toolsByGrammar(request) : { request }
      const asked = { model, dialect: 'llama.cpp', contextTokens: facts.contextTokens } as const
      const { path, body } = requestBody(seeded(sent), asked)
      const whole = grammar === undefined ? body : { ...body, grammar }
      let { starts } = clients
      const write = (): AsyncIterable<TextEvent> => {
        starts = clients.starts
        const stream = clients.stream((client) => client.stream(path, whole, { signal }), signal)
        const reason = missedDrafts(server.complaints)
        const events = chunkEvents(stream, { drafter, ...(reason !== undefined && { notDrafted: reason }) })
        return reading === undefined ? events : calledEvents(events, reading)
      }
      yield* resumedEvents({ write, isDeath: (error) => clients.isDeath(error, starts) })
    },
    countTokens: (request) =>
      clients.ask((client) =>
        countPromptTokens(client, facts.toolFormat === 'grammar' ? toolsByGrammar(request).request : request),
      ),
    ...(serves === 'vectors' && {
      embed: (texts: readonly string[], { signal }: { readonly signal: AbortSignal }) =>
        clients.ask((client) => embedTexts(client, { model, texts, signal }), signal),
    }),
    ...(serves === 'ranks' && {
      rerank: (query: string, documents: readonly string[], { signal }: { readonly signal: AbortSignal }) =>
        clients.ask((client) => rankDocuments(client, { model, query, documents, areLogits: true, signal }), signal),
    }),
    async [Symbol.asyncDispose]() {
      clients[Symbol.dispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

/** An answer that is written again must be written with the same seed. */
function seeded(request: TextRequest): TextRequest {
  const { sampling } = request
  if (sampling.seed !== undefined || (sampling.temperature ?? 0) === 0) return request
  return { ...request, sampling: { ...sampling, seed: randomInt(2 ** 31) } }
}

function writesNothing(serves: string): SpeculationError<'ERR_OPTION_INVALID'> {
  const message = `this llama-server was started for ${serves} and writes no text; ask another model`
  return new SpeculationError('ERR_OPTION_INVALID', message)
}
