import { SpeculationError } from '@foretoken/contract'
import { type EngineModel, generateText } from '@foretoken/runner-llamacpp'

/** What is timed: enough steps for a pause of the machine not to decide alone. */
const timedTokens = 12

/**
 * Loads a model with the runner's number of threads or with one, whichever decodes faster now. llama.cpp's threads wait
 * for each other after every operation: on a busy machine several of them can take a hundred times as long as one.
 */
export async function loadFaster(
  load: (threads?: number) => Promise<EngineModel>,
  signal: AbortSignal,
): Promise<EngineModel> {
  const several = await load()
  if (several.facts.threads === 1) return several
  let one: EngineModel | undefined
  let faster: EngineModel | undefined
  try {
    one = await load(1)
    const oneMs = await decodeMs(one, signal)
    const severalMs = await decodeMs(several, signal, oneMs)
    faster = severalMs < oneMs ? several : one
    return faster
  } finally {
    for (const model of [several, one]) if (model !== faster) await model?.[Symbol.asyncDispose]()
  }
}

/** Milliseconds for a few plain steps; `Infinity` when they take longer than `mostMs`. */
async function decodeMs(
  model: EngineModel,
  signal: AbortSignal,
  mostMs: number = Number.POSITIVE_INFINITY,
): Promise<number> {
  const prompt = model.tokenize('one two three')
  let startedMs = Number.NaN
  await using target = await model.openTarget()
  for await (const { step } of generateText({ model, target, prompt, maxTokens: timedTokens, signal })) {
    // The first step warms the weights and the threads.
    if (step.index === 0) startedMs = performance.now()
    if (performance.now() - startedMs > mostMs) return Number.POSITIVE_INFINITY
  }
  if (Number.isNaN(startedMs)) throw new SpeculationError('ERR_ENGINE_LOST', 'the model wrote nothing')
  return performance.now() - startedMs
}
