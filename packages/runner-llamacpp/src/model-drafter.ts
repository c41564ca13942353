import { CONTRACT_VERSION, type Drafter, SpeculationError } from '@foretoken/contract'
import { LoadedLlamaModel } from './llama-model.js'
import { nativeOnly } from './llama-session.js'
import { loadModel } from './load-model.js'
import { DraftContexts } from './model-drafter/draft-contexts.js'
import { ModelDraftSession } from './model-drafter/model-draft-session.js'
import { assertSameVocabulary } from './model-drafter/same-vocabulary.js'
import { assertContextTokens, assertSequences } from './model-plan.js'
import type { LoadedModel, LoadModelOptions } from './model-types.js'
import { nativeSampling } from './native/native-sampling.js'

/** Options of {@link modelDrafter}. */
export interface ModelDrafterOptions {
  /** The model whose text is wanted. The draft model must have been made with its tokenizer. */
  readonly target: LoadedModel
  /**
   * Name in metrics and traces, kebab-case.
   * @defaultValue 'model'
   */
  readonly name?: string
  /**
   * Temperature of the draft model (0 to 100). The noise is the target's own, so that the target's temperature is best
   * where both are equally sure of themselves; lower where the draft model is less sure than it should be.
   * @defaultValue the target's
   */
  readonly temperature?: number
  /**
   * Most tokens of one text (16 to the length the draft model was trained for). Behind them nothing is drafted.
   * @defaultValue the target's, or what the draft model was trained for
   */
  readonly contextTokens?: number
  /**
   * Sessions that share a context and its batches (1 to 256). With more sessions open, further contexts are made.
   * @defaultValue 1
   */
  readonly sequences?: number
  /**
   * How a draft model is loaded that is given by its path.
   * @defaultValue the target's number of threads
   */
  readonly load?: Omit<LoadModelOptions, 'engine' | 'sequences' | 'contextTokens'>
}

/** A drafter that runs a model; disposal in either way frees its contexts, and the model where it was given by its path. */
export interface ModelDrafter extends Drafter, AsyncDisposable {}

/**
 * Drafts with a smaller model that shares the target's vocabulary, on the native engine. Its state follows the text: what
 * was committed is caught up in one batch, then one call drafts token by token, with the target's noise where it samples.
 *
 * Leviathan et al., ICML 2023 (arXiv 2211.17192); llama.cpp `common_speculative_draft`.
 */
export async function modelDrafter(model: LoadedModel | string, options: ModelDrafterOptions): Promise<ModelDrafter> {
  const { target, name = 'model', temperature, sequences = 1, load } = options
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    throw new SpeculationError('ERR_OPTION_INVALID', `name must be kebab-case, got ${JSON.stringify(name)}`)
  }
  const vocabularySize = target.facts.vocabularySize
  nativeSampling(temperature === undefined ? {} : { sampling: { temperature } }, vocabularySize)
  const ownModel =
    typeof model === 'string'
      ? await loadModel(model, { threads: target.facts.threads, ...load, engine: 'native' })
      : undefined
  const free = async () => ownModel?.[Symbol.asyncDispose]()
  try {
    const contexts = contextsOf(ownModel ?? (model as LoadedModel), { ...options, sequences })
    return drafterOf({ name, temperature, contexts, vocabularySize, free })
  } catch (error) {
    await free()
    throw error
  }
}

function contextsOf(
  model: LoadedModel,
  { target, contextTokens, sequences }: ModelDrafterOptions & { readonly sequences: number },
): DraftContexts {
  if (!(model instanceof LoadedLlamaModel) || model.parts.native === undefined) {
    throw nativeOnly('a draft model does not run')
  }
  assertSameVocabulary({ draft: model, target })
  const { native, plan } = model.parts
  const most = contextTokens ?? Math.min(target.facts.contextTokens, plan.metadata.trainedContextTokens)
  assertContextTokens(most, plan.metadata)
  assertSequences(sequences, 'native')
  const options = { ...native.contextOptions(most), sequences }
  const { mayBlockMs } = native
  const create = () => native.native.createContext(options)
  return new DraftContexts({ create, contextTokens: most, sequences, mayBlockMs })
}

interface DrafterParts {
  readonly name: string
  readonly temperature: number | undefined
  readonly contexts: DraftContexts
  readonly vocabularySize: number
  readonly free: () => Promise<void>
}

function drafterOf({ name, temperature, contexts, vocabularySize, free }: DrafterParts): ModelDrafter {
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= contexts.close().then(free)
    return closing
  }
  return {
    contractVersion: CONTRACT_VERSION,
    name,
    learnsAcrossSessions: false,
    open(prompt, { sampling, scope = '' } = {}) {
      if (closing !== undefined)
        throw new SpeculationError('ERR_SESSION_CLOSED', 'the drafter was disposed of; make another')
      const own = { ...sampling, ...(temperature !== undefined && { temperature }) }
      const chain = nativeSampling({ sampling: own }, vocabularySize)
      return new ModelDraftSession({ name, contexts, vocabularySize, prompt, opening: { sampling: chain, scope } })
    },
    [Symbol.dispose]() {
      // A failure to free has nobody to hear of it.
      close().catch(() => {})
    },
    [Symbol.asyncDispose]: close,
  }
}
