import type { LaunchModel } from '../plans/launch-model.js'

/** What vLLM and SGLang are told of the weights: they read the original ones, and few GGUF files. */
export interface OriginalWeights {
  readonly model: string
  readonly draft?: string
  /** Entries of the model's `config.json` to replace. */
  readonly overrides: Readonly<Record<string, number>>
  readonly notes: readonly string[]
}

/** Translates what llama.cpp is told by files and GGUF keys. */
export function originalWeights({ name, path, weights, draft, overrides = [] }: LaunchModel): OriginalWeights {
  const experts = overrides.find(({ key, value }) => key.endsWith('.expert_used_count') && Number.isInteger(value))
  const lost = overrides.filter((one) => one !== experts).map(({ key }) => key)
  const draftWeights = draft?.weights ?? draft?.path
  return {
    model: weights ?? path,
    ...(draftWeights !== undefined && { draft: draftWeights }),
    // Qwen's, GLM's and Mixtral's configurations all call it so.
    overrides: experts === undefined ? {} : { num_experts_per_tok: Number(experts.value) },
    notes: [
      ...(weights === undefined
        ? [`${name} is named by its GGUF file; name the original weights if the architecture is not read from GGUF.`]
        : []),
      ...(lost.length > 0 ? [`${lost.join(', ')}: GGUF keys that were left out.`] : []),
    ],
  }
}
