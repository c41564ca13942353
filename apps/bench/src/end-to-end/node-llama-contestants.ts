import type { TokenId } from '@foretoken/contract'
import type { LlamaContext, LlamaContextSequence, LlamaModel, Token, TokenPredictor } from 'node-llama-cpp'
import type { ContestantGroup, TextRun, WriteRequest } from './contestant.js'

/** How node-llama-cpp is started, beside the runner's own. */
export interface NodeLlamaOptions {
  readonly model: string
  readonly draftModel: string
  readonly threads: number
  readonly contextTokens: number
}

const ENGINE = 'node-llama-cpp'

/** node-llama-cpp's own loop: plain, and with the two predictors that it brings, in their own settings. */
export async function nodeLlamaContestants(options: NodeLlamaOptions): Promise<ContestantGroup> {
  const { getLlama, LlamaLogLevel, InputLookupTokenPredictor, DraftSequenceTokenPredictor } = await import(
    'node-llama-cpp'
  )
  const quiet = { progressLogs: false, logLevel: LlamaLogLevel.error, logger: () => {} }
  const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, maxThreads: 0, ...quiet })
  // It also disposes of its models and contexts.
  const close = (): Promise<void> => llama.dispose()
  try {
    const [model, draft] = await Promise.all(
      [options.model, options.draftModel].map((modelPath) => llama.loadModel({ modelPath })),
    )
    const [context, draftContext] = [await open(model, options), await open(draft, options)]
    const lookup = async (request: WriteRequest) => writeText(context, request, new InputLookupTokenPredictor())
    const drafted = async (request: WriteRequest) => {
      const sequence = draftContext.getSequence()
      try {
        return await writeText(context, request, new DraftSequenceTokenPredictor(sequence))
      } finally {
        await sequence.dispose()
      }
    }
    const present = [
      { engine: ENGINE, drafter: 'plain', write: (request: WriteRequest) => writeText(context, request) },
      { engine: ENGINE, drafter: 'input-lookup', write: lookup },
      { engine: ENGINE, drafter: 'draft-sequence', write: drafted },
    ]
    return { present, absent: [], [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}

/** A context as the runner has it. */
function open(model: LlamaModel | undefined, { contextTokens, threads }: NodeLlamaOptions): Promise<LlamaContext> {
  const shape = { contextSize: contextTokens, threads, flashAttention: true } as const
  if (model === undefined) throw new Error('the model was not loaded')
  return model.createContext({ ...shape, experimentalKvCacheValueType: 'BF16' })
}

async function writeText(
  context: LlamaContext,
  { prompt, maxTokens, signal }: WriteRequest,
  tokenPredictor?: TokenPredictor,
): Promise<TextRun> {
  const sequence = context.getSequence({ ...(tokenPredictor && { tokenPredictor }) })
  try {
    const input = Array.from(prompt) as Token[]
    // What LlamaCompletion tells a predictor.
    tokenPredictor?.updateInputTokens?.(input)
    const startedMs = performance.now()
    await sequence.evaluateWithoutGeneratingNewTokens(input.slice(0, -1))
    const openedMs = performance.now()
    const tokens = await evaluate(sequence, input.slice(-1), maxTokens, signal)
    const generateMs = performance.now() - openedMs
    const { used, validated, refuted } = sequence.tokenPredictions
    return {
      tokens: Int32Array.from(tokens),
      promptMs: openedMs - startedMs,
      generateMs,
      timedTokens: tokens.length,
      draftedTokens: validated + refuted,
      acceptedTokens: used,
    }
  } finally {
    await sequence.dispose()
  }
}

async function evaluate(
  sequence: LlamaContextSequence,
  last: Token[],
  maxTokens: number,
  signal: AbortSignal,
): Promise<TokenId[]> {
  const tokens: TokenId[] = []
  for await (const token of sequence.evaluate(last, { temperature: 0, yieldEogToken: true })) {
    tokens.push(token)
    signal.throwIfAborted()
    if (tokens.length === maxTokens || sequence.model.isEogToken(token)) break
  }
  return tokens
}
