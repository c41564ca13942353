import { type EngineModel, modelDrafter as llamaModelDrafter, type ModelDrafter } from '@foretoken/runner-llamacpp'
import { type LoadingParts, loadModel, type ModelOptions, type ModelPorts } from './load-model.js'

/** What the command line says about a draft model. */
export interface DraftModelOptions {
  /** Path of a smaller GGUF model with the same tokenizer, which drafts. */
  readonly draft?: string
  /**
   * Temperature of the draft model (0 to 100).
   * @defaultValue the target's
   */
  readonly draftTemp?: number
}

/** A draft model in memory. Disposal frees it and ends its drafters. */
export interface DraftModel extends AsyncDisposable {
  /** Drafts at a temperature, by default the target's; one drafter serves one text after another. */
  drafter(temperature?: number): Promise<ModelDrafter>
}

/** What a draft model is opened with. */
export interface OpenDraftModelParts extends LoadingParts {
  /** The model whose text is wanted. */
  readonly target: EngineModel
  readonly ports: ModelPorts
}

/** Loads a draft model for `target`. Throws `ERR_VOCABULARY_MISMATCH` where the tokenizers differ. */
export async function openDraftModel(
  { draft, threads }: { readonly draft: string } & Pick<ModelOptions, 'threads'>,
  { target, ports, ...loading }: OpenDraftModelParts,
): Promise<DraftModel> {
  const { modelDrafter = llamaModelDrafter } = ports
  const options = { model: draft, engine: 'native' as const, threads: threads ?? target.facts.threads }
  const model = await loadModel(options, loading, ports)
  const drafters = new Map<number | undefined, Promise<ModelDrafter>>()
  const drafter = (temperature?: number): Promise<ModelDrafter> => {
    const made =
      drafters.get(temperature) ?? modelDrafter(model, { target, ...(temperature !== undefined && { temperature }) })
    drafters.set(temperature, made)
    return made
  }
  const close = async (): Promise<void> => {
    for (const made of drafters.values()) await made.then((one) => one[Symbol.asyncDispose]()).catch(() => {})
    await model[Symbol.asyncDispose]()
  }
  try {
    // What cannot draft is refused here, before anything is written.
    await drafter()
  } catch (error) {
    await close()
    throw error
  }
  return { drafter, [Symbol.asyncDispose]: close }
}
