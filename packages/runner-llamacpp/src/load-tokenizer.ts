import type { Tokens } from '@foretoken/contract'
import { startEngine } from './engine.js'
import { planModel } from './model-plan.js'
import type { LoadModelOptions, ModelFacts, TokenizeOptions } from './model-types.js'
import { openModelFile } from './open-model-file.js'
import { throwIfAborted } from './throw-if-aborted.js'
import { readVocabulary } from './vocabulary.js'

/** The tokenizer of a model whose weights stay on the disk. */
export interface Tokenizer extends AsyncDisposable {
  readonly facts: Pick<ModelFacts, 'path' | 'fileBytes' | 'vocabularySize' | 'tokenizerFingerprint'>
  /** Tokens of a text, the same as {@link LoadedModel.tokenize} gives. */
  tokenize(text: string, options?: TokenizeOptions): Tokens
}

/** Reads the tokenizer of a GGUF model; checked as for {@link loadModel}, but no weight is loaded. */
export async function loadTokenizer(
  path: string,
  options: Pick<LoadModelOptions, 'metadataOverrides' | 'signal'> = {},
): Promise<Tokenizer> {
  const { signal } = options
  throwIfAborted(signal)
  const plan = await planModel(path, options, signal)
  const engine = await startEngine()
  throwIfAborted(signal)
  const model = await openModelFile({ plan, engine, options, progress: undefined, vocabOnly: true })
  try {
    const vocabulary = readVocabulary(model)
    const { file, tokenizerFingerprint } = plan
    return {
      facts: { path: file.path, fileBytes: file.fileBytes, vocabularySize: vocabulary.size, tokenizerFingerprint },
      tokenize: (text, { special = false } = {}) => vocabulary.tokenize(text, special),
      [Symbol.asyncDispose]: () => model.dispose(),
    }
  } catch (error) {
    await model.dispose()
    throw error
  }
}
