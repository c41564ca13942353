import { fixtureModels, fixturePrompts } from '@foretoken/fixtures'
import {
  loadBinding,
  type NativeContext,
  type NativeContextOptions,
  type NativeModel,
  type NativeSequence,
  type NativeVerdict,
} from '@foretoken/native'
import { getLlama, LlamaLogLevel, type Token } from 'node-llama-cpp'

/** A fixture model of which every logit is the same at all widths. */
export type ModelName = keyof typeof fixtureModels

export async function nativeModel(name: ModelName): Promise<NativeModel> {
  return await loadBinding().loadModel(fixtureModels[name].q8_0)
}

/** With the value type at which attention sums alike at all widths and depths. */
export async function exactContext(
  model: NativeModel,
  options: Partial<NativeContextOptions> = {},
): Promise<NativeContext> {
  return await model.createContext({ contextTokens: 640, threads: 1, valueType: 'bf16', ...options })
}

/** The fixture prompts as the models' tokens. */
export async function promptTokens(name: ModelName): Promise<Int32Array[]> {
  const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, logLevel: LlamaLogLevel.error })
  const model = await llama.loadModel({ modelPath: fixtureModels[name].q8_0, vocabOnly: true })
  const tokens = fixturePrompts.map(({ text }) => Int32Array.from(model.tokenize(text, true)))
  await model.dispose()
  return tokens
}

/** What node-llama-cpp's greedy evaluation writes, token by token, up to the end of the text. */
export async function nodeLlamaText(name: ModelName, prompt: Int32Array, maxTokens: number): Promise<number[]> {
  const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, logLevel: LlamaLogLevel.error })
  const model = await llama.loadModel({ modelPath: fixtureModels[name].q8_0 })
  const context = await model.createContext({
    contextSize: 640,
    threads: 1,
    experimentalKvCacheValueType: 'BF16' as never,
  })
  const sequence = context.getSequence()
  const text: number[] = []
  for await (const token of sequence.evaluate(Array.from(prompt) as Token[], { temperature: 0, yieldEogToken: true })) {
    text.push(token)
    if (text.length >= maxTokens || model.isEogToken(token)) break
  }
  await model.dispose()
  return text
}

/** Writes with the drafts that `draft` makes of the text so far; returns text and verdicts. */
export async function write(
  sequence: NativeSequence,
  maxTokens: number,
  draft: (text: readonly number[]) => Iterable<number> = () => [],
): Promise<{ text: number[]; verdicts: NativeVerdict[] }> {
  const text: number[] = []
  const verdicts: NativeVerdict[] = []
  while (text.length < maxTokens && verdicts.at(-1)?.end !== 'end-of-text') {
    const tokens = Int32Array.from(draft(text))
    const verdict = await sequence.verify(tokens)
    verdicts.push(verdict)
    text.push(...tokens.subarray(0, verdict.accepted), verdict.next)
    if (verdict.end !== '') break
  }
  return { text: text.slice(0, maxTokens), verdicts }
}

/** Drafts that know the text, but for one token now and then. */
export function almostRight(
  text: readonly number[],
  width: number,
  seed: number,
): (sofar: readonly number[]) => number[] {
  return ({ length }) =>
    text
      .slice(length, length + width)
      .map((token, index) => (((length + index) * 7 + seed) % 5 === 0 ? (token + 1) % 4000 : token))
}
