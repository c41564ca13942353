import { SpeculationError } from '@foretoken/contract'
import type { Embedder, HostedEngine, TextRank, TextVector } from '@foretoken/runner-llamacpp'
import type { TextRequest } from '../text-request.js'
import type { WorkerFacts } from './worker-protocol.js'

/** What an engine process of `serve` runs. */
export interface ServingWorker extends HostedEngine<TextRequest> {
  readonly facts: WorkerFacts
}

/** A document that is to be ranked. */
export interface RankInput {
  readonly query: string
  readonly document: string
}

/** A model that makes vectors or ranks, and writes nothing. */
export function embeddingWorker(embedder: Embedder): ServingWorker {
  const { contextTokens, memoryBytes, ranks } = embedder.facts
  const noText = (): never => {
    const makes = ranks ? 'ranks documents' : 'makes vectors'
    throw new SpeculationError('ERR_OPTION_INVALID', `this model ${makes} and writes no text; ask another one`)
  }
  return {
    facts: {
      ...{ engine: 'node-llama-cpp', contextTokens, memoryBytes, slots: 1, drafters: [], toolFormat: 'grammar' },
      ...{ writes: false, embeds: !ranks, ranks, notes: [] },
    },
    calls: { ...callsOf(embedder), countTokens: noText },
    generate: noText,
    [Symbol.asyncDispose]: () => embedder[Symbol.asyncDispose](),
  }
}

/** A text model that makes vectors as well. */
export function withEmbeddings(worker: ServingWorker, embedder: Embedder): ServingWorker {
  const { ranks, memoryBytes } = embedder.facts
  return {
    ...worker,
    facts: { ...worker.facts, embeds: !ranks, ranks, memoryBytes: worker.facts.memoryBytes + memoryBytes },
    calls: { ...worker.calls, ...callsOf(embedder) },
    async [Symbol.asyncDispose]() {
      await embedder[Symbol.asyncDispose]()
      await worker[Symbol.asyncDispose]()
    },
  }
}

function callsOf(embedder: Embedder): NonNullable<ServingWorker['calls']> {
  return {
    embed: (text: string): Promise<TextVector> => embedder.embed(text),
    rank: ({ query, document }: RankInput): Promise<TextRank> => embedder.rank(query, document),
  }
}
