import { type FixtureMessage, type FixtureTrace, renderChatMl } from '@foretoken/fixtures'
import type { LoadedModel } from '@foretoken/runner-llamacpp'
import { speculate } from '@foretoken/speculate'
import type { TraceScript } from './trace-scripts.js'

/** What {@link recordTraces} records with. */
export interface RecordTracesOptions {
  readonly model: Pick<LoadedModel, 'tokenize' | 'textDecoder' | 'openTarget'>
  readonly scripts: readonly TraceScript[]
  /** Most tokens of an answer. */
  readonly maxTokens: number
  readonly signal?: AbortSignal
}

/** Lets the model answer every request of the scripts, greedily and without drafting. */
export async function* recordTraces(options: RecordTracesOptions): AsyncGenerator<FixtureTrace, void, void> {
  const { model, scripts } = options
  await using target = await model.openTarget()
  for (const [index, { task, session, opening, replies }] of scripts.entries()) {
    let conversation: readonly FixtureMessage[] = opening
    for (const [turn, reply] of [...replies, undefined].entries()) {
      const prompt = model.tokenize(renderChatMl(conversation), { special: true })
      const output: number[] = []
      for await (const { tokens } of speculate({ target, prompt, ...limits(options) })) output.push(...tokens)
      yield { id: `${task}-${index}-${turn}`, task, session: session ?? null, prompt: [...prompt], output }
      if (reply === undefined) break
      conversation = [...conversation, { role: 'assistant', content: textOf(model, output) }, reply]
    }
  }
}

function limits({ maxTokens, signal }: RecordTracesOptions): { maxTokens: number; signal?: AbortSignal } {
  return { maxTokens, ...(signal && { signal }) }
}

function textOf(model: Pick<LoadedModel, 'textDecoder'>, tokens: readonly number[]): string {
  const decoder = model.textDecoder()
  return decoder.push(Int32Array.from(tokens)) + decoder.end()
}
