import { stringify } from 'yaml'
import type { LaunchModel } from '../plans/launch-model.js'
import type { Exported } from './exported.js'
import { originalWeights } from './original-weights.js'

/** vLLM has to be told a length; where the registry has none, this one is short enough to pay nearly everywhere. */
const defaultDraftTokens = 4

/** Options of `vllm serve`, as its `--config` file names them. */
export interface VllmConfiguration {
  readonly model: string
  readonly 'served-model-name': readonly string[]
  readonly host?: string
  readonly port?: number
  readonly 'max-model-len'?: number
  readonly 'max-num-seqs'?: number
  /** JSON. */
  readonly 'hf-overrides'?: string
  /** JSON of its `SpeculativeConfig`. */
  readonly 'speculative-config'?: string
}

/** What vLLM's `SpeculativeConfig` is given. */
export interface VllmSpeculation {
  readonly method: 'draft_model' | 'eagle3' | 'dflash' | 'mtp' | 'ngram'
  readonly model?: string
  readonly num_speculative_tokens: number
  readonly prompt_lookup_min?: number
  readonly prompt_lookup_max?: number
}

/** Options of `vllm serve` for a model, and what it does otherwise. */
function vllmConfiguration(model: LaunchModel): {
  readonly configuration: VllmConfiguration
  readonly notes: readonly string[]
} {
  const { name, aliases = [], host, port, contextTokens, sequences, draft, lookup } = model
  const weights = originalWeights(model)
  const speculation = speculationOf(model, weights.draft)
  const dropped = draft !== undefined && lookup !== undefined
  return {
    configuration: {
      model: weights.model,
      'served-model-name': [name, ...aliases],
      ...(host !== undefined && { host }),
      ...(port !== undefined && { port }),
      ...(contextTokens !== undefined && { 'max-model-len': contextTokens }),
      ...(sequences !== undefined && { 'max-num-seqs': sequences }),
      ...(Object.keys(weights.overrides).length > 0 && { 'hf-overrides': JSON.stringify(weights.overrides) }),
      ...(speculation && { 'speculative-config': JSON.stringify(speculation) }),
    },
    notes: [...weights.notes, ...(dropped ? ['vLLM drafts in one way: lookup was left out for the draft model.'] : [])],
  }
}

function speculationOf({ draft, lookup }: LaunchModel, model: string | undefined): VllmSpeculation | undefined {
  if (draft !== undefined) {
    const method = draft.kind === 'model' ? 'draft_model' : draft.kind
    const tokens = { num_speculative_tokens: draft.maxTokens ?? defaultDraftTokens }
    return { method, ...(model !== undefined && { model }), ...tokens }
  }
  if (lookup === undefined) return undefined
  const { matchTokens, maxTokens = defaultDraftTokens } = lookup
  return {
    method: 'ngram',
    num_speculative_tokens: maxTokens,
    ...(matchTokens !== undefined && { prompt_lookup_min: matchTokens, prompt_lookup_max: matchTokens }),
  }
}

/** One file for `vllm serve --config`, for each model. */
export function exportVllm(models: readonly LaunchModel[]): Exported {
  const exported = models.map((model) => ({ model, ...vllmConfiguration(model) }))
  return {
    files: exported.map(({ model, configuration }) => ({
      name: `vllm-${model.name}.yaml`,
      text: stringify(configuration),
    })),
    notes: exported.flatMap(({ notes }) => notes),
  }
}
