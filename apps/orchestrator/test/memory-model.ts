import { CONTRACT_VERSION, SpeculationError, type TargetSessionOptions, type Tokens } from '@foretoken/contract'
import type { EngineModel, EngineSession, EngineTarget, LoadedModel } from '@foretoken/runner-llamacpp'

const END_OF_TEXT = 0

export interface MemoryModelOptions {
  /** What the model says to a prompt; one token is one UTF-16 code unit. */
  readonly answer: (prompt: string) => string
  readonly contextTokens?: number
  readonly hasChatTemplate?: boolean
  /**
   * Which engine it passes for; only the native one samples, which changes nothing in the answer.
   * @defaultValue 'node-llama-cpp'
   */
  readonly engine?: 'native' | 'node-llama-cpp'
  /**
   * Names the tokenizer.
   * @defaultValue 'utf-16'
   */
  readonly tokenizerFingerprint?: string
  /** What measuring costs gives; a hundredth of a second a step unless told otherwise. */
  readonly measureCost?: EngineTarget['measureCost']
  /** Hears of each step before it is verified; may wait. */
  readonly onVerify?: () => void | Promise<void>
}

/** A model that knows one answer to each prompt. Its chat template is `role:content` lines. */
export interface MemoryModel extends EngineModel {
  /** Prompts that a session was opened with. */
  readonly prompts: readonly string[]
  /** How each session was to choose its tokens. */
  readonly choices: readonly Pick<TargetSessionOptions, 'sampling' | 'grammar'>[]
  /** Models, targets and sessions that are not disposed of yet. */
  readonly open: () => number
}

export function memoryModel(options: MemoryModelOptions): MemoryModel {
  const { contextTokens = 1_000, hasChatTemplate = true, engine = 'node-llama-cpp' } = options
  const { tokenizerFingerprint = 'utf-16' } = options
  const choices: Pick<TargetSessionOptions, 'sampling' | 'grammar'>[] = []
  const prompts: string[] = []
  const living = new Set<object>()
  const opened = <T extends object>(part: T): T => {
    living.add(part)
    return part
  }
  const closing = (part: () => object) => async () => void living.delete(part())
  const openTarget = async (): Promise<EngineTarget> => {
    const target: EngineTarget = opened({
      sequences: 1,
      restore: () => Promise.reject(new Error('nothing is saved')),
      counters: () => undefined,
      measureCost: options.measureCost ?? (async () => ({ points: [{ width: 1, seconds: 0.01 }] })),
      contractVersion: CONTRACT_VERSION,
      rollback: 'trim' as const,
      async open(prompt: Tokens, { onProgress, sampling, grammar }: TargetSessionOptions = {}) {
        if (engine !== 'native' && (sampling?.temperature ?? 0) > 0)
          throw new SpeculationError(
            'ERR_OPTION_INVALID',
            `sampling.temperature must be 0, got ${sampling?.temperature}`,
          )
        choices.push({ ...(sampling && { sampling }), ...(grammar !== undefined && { grammar }) })
        if (prompt.length >= contextTokens)
          throw new SpeculationError(
            'ERR_CONTEXT_FULL',
            `the prompt has ${prompt.length} tokens, the context ${contextTokens}`,
          )
        prompts.push(textOf(prompt))
        onProgress?.({ doneTokens: prompt.length, totalTokens: prompt.length })
        const session: EngineSession = opened(
          memorySession(
            prompt,
            options,
            contextTokens,
            closing(() => session),
          ),
        )
        return session
      },
      [Symbol.asyncDispose]: closing(() => target),
    })
    return target
  }
  const model: MemoryModel = opened({
    facts: memoryFacts({ contextTokens, hasChatTemplate, engine, tokenizerFingerprint }),
    tokenize: (text: string) => tokensOf(text),
    chatPrompt: (messages: Parameters<LoadedModel['chatPrompt']>[0]) =>
      tokensOf(messages.map(({ role, content }) => `${role}:${content}\n`).join('')),
    textDecoder: () => ({ push: (tokens: Tokens) => textOf(tokens), end: () => '' }),
    tokenBytes: (token) => Buffer.from(textOf(Int32Array.of(token))),
    openTarget,
    prompts,
    choices,
    open: () => living.size,
    [Symbol.asyncDispose]: closing(() => model),
  })
  return model
}

function memorySession(
  prompt: Tokens,
  { answer, onVerify }: MemoryModelOptions,
  contextTokens: number,
  close: () => Promise<void>,
): EngineSession {
  const spoken = [...tokensOf(answer(textOf(prompt))), END_OF_TEXT]
  let said = 0
  return {
    get depth() {
      return prompt.length + said
    },
    contextTokens,
    reusedTokens: 0,
    save: () => Promise.reject(new Error('nothing is saved')),
    async verify(draft) {
      const startedMs = performance.now()
      await onVerify?.()
      let accepted = 0
      while (accepted < draft.length && draft[accepted] === spoken[said + accepted] && draft[accepted] !== END_OF_TEXT)
        accepted++
      said += accepted
      const next = spoken[said++] ?? END_OF_TEXT
      return {
        accepted,
        next,
        end: next === END_OF_TEXT ? 'end-of-text' : '',
        width: draft.length + 1,
        verifyMs: performance.now() - startedMs,
      }
    },
    [Symbol.asyncDispose]: close,
  }
}

function memoryFacts({
  contextTokens,
  hasChatTemplate,
  engine,
  tokenizerFingerprint,
}: Required<
  Pick<MemoryModelOptions, 'contextTokens' | 'hasChatTemplate' | 'engine' | 'tokenizerFingerprint'>
>): LoadedModel['facts'] {
  return {
    path: 'memory.gguf',
    fileBytes: 0,
    architecture: 'memory',
    parameters: 0,
    vocabularySize: 65_536,
    tokenizerFingerprint,
    contextTokens,
    trainedContextTokens: contextTokens,
    batchTokens: 512,
    rollback: 'trim',
    hasChatTemplate,
    endOfTextTokens: [END_OF_TEXT],
    threads: 1,
    engine,
    engineVersion: '0.0.0',
    backend: 'cpu',
  }
}

function tokensOf(text: string): Tokens {
  return Int32Array.from({ length: text.length }, (_, index) => text.charCodeAt(index))
}

function textOf(tokens: Tokens): string {
  return Array.from(tokens, (token) => (token === END_OF_TEXT ? '' : String.fromCharCode(token))).join('')
}
