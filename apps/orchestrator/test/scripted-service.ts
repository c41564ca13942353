import { setImmediate } from 'node:timers/promises'
import type { Embeddings, Ranking, ServingFacts } from '../src/serve/serving-engine.js'
import type {
  RequestOptions,
  RequestRecord,
  RoutedEvent,
  RoutedRequest,
  ServedModel,
  ServiceState,
  ServingService,
} from '../src/serve/serving-service.js'

/** What a scripted service was asked, and what it says. */
export interface ScriptedService extends ServingService {
  /** Every request for a text, in their order. */
  readonly asked: readonly { readonly request: RoutedRequest; readonly options: RequestOptions }[]
  /** How many answers are being written. */
  readonly open: number
  /** Answers that ended because their signal was aborted. */
  readonly aborted: readonly string[]
}

/** What happens where somebody asks. */
export interface Script {
  /** The events of an answer; they end when the signal is aborted. */
  readonly write?: (
    request: RoutedRequest,
    options: RequestOptions,
  ) => AsyncIterable<RoutedEvent> | Iterable<RoutedEvent>
  readonly embed?: (texts: readonly string[]) => Promise<Embeddings>
  readonly rerank?: (documents: readonly string[]) => Promise<Ranking>
  readonly records?: readonly RequestRecord[]
  readonly ready?: boolean
}

/** Facts of a scripted model. */
export const scriptedFacts: ServingFacts = {
  engine: 'native',
  contextTokens: 4096,
  slots: 4,
  memoryBytes: 1000,
  takesImages: false,
  toolFormat: 'hermes',
  drafters: ['lookup', 'suffix'],
}

const models: readonly ServedModel[] = [
  { id: 'base', kind: 'model', created: 1_700_000_000, state: 'hot', facts: scriptedFacts },
  { id: 'org/other.gguf', kind: 'model', created: 1_700_000_001, state: 'failed', failure: 'no such file' },
  { id: 'role:coder_primary', kind: 'role', created: 1_700_000_000, state: 'cold' },
]

const state: ServiceState = {
  models: models.map((model) => ({ ...model, active: 1, queued: 2, pinned: false })),
  memory: { usedBytes: 1000, budgetBytes: 2000 },
  evictions: [{ model: 'old', reason: 'room for base', at: '2026-01-01T00:00:00.000Z' }],
  evicted: 3,
  goodput: 12.5,
  tokens: 100,
  steps: 50,
  drafters: { lookup: { drafted: 20, accepted: 10 } },
}

/** Events of a plain answer. */
export function plainAnswer(texts: readonly string[]): readonly RoutedEvent[] {
  return [
    { kind: 'queued', position: 1 },
    { kind: 'routed', model: 'base', facts: scriptedFacts, route: { escalatedFrom: [] } },
    { kind: 'start', promptTokens: 7, reusedTokens: 3 },
    ...texts.map((text): RoutedEvent => ({ kind: 'piece', pieces: [{ text, drafter: '' }] })),
    { kind: 'end', finish: 'stop', completionTokens: texts.length },
  ]
}

/** A service that says what a script says: the double of tests of the HTTP side. */
export function scriptedService(script: Script = {}): ScriptedService {
  const { write = () => plainAnswer(['Hello', ' there']), records = [] } = script
  const asked: { readonly request: RoutedRequest; readonly options: RequestOptions }[] = []
  const aborted: string[] = []
  let open = 0
  async function* generate(request: RoutedRequest, options: RequestOptions): AsyncGenerator<RoutedEvent> {
    asked.push({ request, options })
    open++
    const onAbort = () => aborted.push(options.id)
    options.signal.addEventListener('abort', onAbort)
    try {
      for await (const event of write(request, options)) {
        await setImmediate()
        if (options.signal.aborted) return
        yield event
      }
    } finally {
      options.signal.removeEventListener('abort', onAbort)
      open--
    }
  }
  return {
    asked,
    aborted,
    get open() {
      return open
    },
    models: () => models,
    generate,
    countTokens: async (request) => (request.input.kind === 'chat' ? request.input.messages.length : 1),
    embed: (_, texts) =>
      script.embed?.(texts) ??
      Promise.resolve({ vectors: texts.map((text) => [text.length, 0.5, -1]), promptTokens: texts.length }),
    rerank: (_, query, documents) =>
      script.rerank?.(documents) ??
      Promise.resolve({ scores: documents.map((text) => (text.includes(query) ? 0.9 : 0.1)), promptTokens: 9 }),
    isReady: () => script.ready ?? true,
    state: () => state,
    requests: async ({ key, limit }) => records.filter((one) => key === undefined || one.key === key).slice(0, limit),
    request: async (id, { key }) => {
      const found = records.find((one) => one.id === id && (key === undefined || one.key === key))
      return found && { ...found, trace: [], droppedSteps: 0 }
    },
    drain: async () => {},
    [Symbol.asyncDispose]: async () => {},
  }
}

/** Resolves when the condition holds; fails a test that would wait for ever. */
export async function eventually(condition: () => boolean, withinMs = 20_000): Promise<void> {
  const until = performance.now() + withinMs
  while (!condition()) {
    if (performance.now() > until) throw new Error(`not within ${withinMs} ms: ${condition}`)
    await setImmediate()
  }
}
