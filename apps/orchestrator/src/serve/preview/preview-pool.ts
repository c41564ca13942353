import { modelPool } from '../pool/model-pool.js'
import { bytesText, messageOf } from '../pool/pool-errors.js'
import type { PoolEvent, PooledModel } from '../pool/pooled-model.js'
import type { ServingEngine } from '../serving-engine.js'

/** What a pool would do. */
export interface PoolPreview {
  readonly budgetBytes: number
  /** The start, and then one step for each request. */
  readonly steps: readonly PreviewStep[]
}

/** What one request would bring about. */
export interface PreviewStep {
  /** The model that is asked; empty for the start, when pinned models are loaded. */
  readonly model: string
  /** Models that are loaded, with the bytes foretold for them. */
  readonly loads: readonly { readonly model: string; readonly bytes: number }[]
  readonly evicts: readonly { readonly model: string; readonly reason: string }[]
  /** Why it is not answered; absent where it is. */
  readonly refused?: string
  /** Bytes that loaded models take afterwards. */
  readonly usedBytes: number
}

/** Options of {@link previewPool}. */
export interface PreviewPoolOptions {
  readonly models: readonly PooledModel[]
  readonly budgetBytes: number
  /** Most models that are loaded at once. */
  readonly maxLoaded?: number
  /** Names of the models that are asked, one after another. */
  readonly requests: readonly string[]
}

/** Lets the pool itself go through requests, with models that take what is foretold and answer nothing. */
export async function previewPool(options: PreviewPoolOptions): Promise<PoolPreview> {
  const { models, budgetBytes, maxLoaded, requests } = options
  const events: PoolEvent[] = []
  await using pool = modelPool({
    models: models.map((model) => ({ ...model, start: async () => foretoldEngine(model) })),
    budgetBytes,
    ...(maxLoaded !== undefined && { maxLoaded }),
    onEvent: (event) => events.push(event),
  })
  const steps: PreviewStep[] = []
  const step = async (model: string, work: () => Promise<void>) => {
    const refused = await work().then(() => undefined, messageOf)
    const heard = events.splice(0)
    steps.push({
      model,
      loads: heard.flatMap((event) => (event.kind === 'loaded' ? [{ model: event.model, bytes: event.bytes }] : [])),
      evicts: heard.flatMap((event) =>
        event.kind === 'evicted' ? [{ model: event.model, reason: event.reason }] : [],
      ),
      ...(refused !== undefined && { refused }),
      usedBytes: pool.usedBytes(),
    })
  }
  await step('', () => pool.loadPinned())
  const { signal } = new AbortController()
  for (const model of requests) await step(model, async () => (await pool.want(model, { signal })).release())
  return { budgetBytes, steps }
}

function foretoldEngine({ bytes }: PooledModel): ServingEngine {
  const nothing = async () => 0
  return {
    facts: {
      ...{ engine: 'native', contextTokens: 0, slots: 1, memoryBytes: bytes },
      ...{ takesImages: false, toolFormat: 'grammar', drafters: [] },
    },
    async *generate() {},
    countTokens: nothing,
    async [Symbol.asyncDispose]() {},
  }
}

/** The preview as a person reads it. */
export function previewText({ budgetBytes, steps }: PoolPreview, notes: readonly string[]): string {
  const lines = steps.flatMap(({ model, loads, evicts, refused, usedBytes }) => [
    `${model === '' ? 'at the start' : model}: ${bytesText(usedBytes)} of ${bytesText(budgetBytes)}`,
    ...evicts.map((one) => `  unloads ${one.model}: ${one.reason}`),
    ...loads.map((one) => `  loads ${one.model}: ${bytesText(one.bytes)}`),
    ...(refused === undefined ? [] : [`  is refused: ${refused}`]),
    ...(model !== '' && loads.length === 0 && refused === undefined ? ['  is loaded already'] : []),
  ])
  return `${[...lines, ...notes.map((note) => `- ${note}`)].join('\n')}\n`
}
