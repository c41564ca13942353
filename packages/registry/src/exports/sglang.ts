import type { LaunchDraft, LaunchModel } from '../plans/launch-model.js'
import { shellWords } from '../plans/shell-words.js'
import type { Exported } from './exported.js'
import { originalWeights } from './original-weights.js'

const algorithms: Readonly<Record<LaunchDraft['kind'], string>> = {
  model: 'STANDALONE',
  eagle3: 'EAGLE3',
  dflash: 'DFLASH',
  mtp: 'NEXTN',
}

/** Arguments of `python -m sglang.launch_server` for a model, and what it does otherwise. */
function sglangArguments(model: LaunchModel): {
  readonly args: readonly string[]
  readonly notes: readonly string[]
} {
  const { name, aliases = [], host, port, contextTokens, sequences } = model
  const weights = originalWeights(model)
  const drafting = draftingOf(model, weights.draft)
  const isGguf = weights.model.endsWith('.gguf')
  const args = [
    ...['--model-path', weights.model],
    ...(isGguf ? ['--load-format', 'gguf'] : []),
    ...['--served-model-name', name],
    ...(host === undefined ? [] : ['--host', host]),
    ...(port === undefined ? [] : ['--port', String(port)]),
    ...(contextTokens === undefined ? [] : ['--context-length', String(contextTokens)]),
    ...(sequences === undefined ? [] : ['--max-running-requests', String(sequences)]),
    ...(Object.keys(weights.overrides).length === 0
      ? []
      : ['--json-model-override-args', JSON.stringify(weights.overrides)]),
    ...drafting.args,
  ]
  const renamed = aliases.length === 0 ? [] : [`SGLang serves one name; ${aliases.join(', ')} were left out.`]
  return { args, notes: [...weights.notes, ...renamed, ...drafting.notes] }
}

function draftingOf({ draft, lookup }: LaunchModel, path: string | undefined): { args: string[]; notes: string[] } {
  if (draft !== undefined) {
    const { kind, maxTokens } = draft
    const chain = kind === 'model' || kind === 'eagle3' || kind === 'mtp'
    const args = [
      ...['--speculative-algorithm', algorithms[kind]],
      ...(path === undefined ? [] : ['--speculative-draft-model-path', path]),
      // A chain without branches: the last step's token and those of the steps before it are checked together.
      ...(maxTokens !== undefined && chain
        ? ['--speculative-num-steps', String(maxTokens), '--speculative-eagle-topk', '1']
        : []),
      ...(maxTokens === undefined ? [] : ['--speculative-num-draft-tokens', String(maxTokens + 1)]),
    ]
    const dropped = lookup === undefined ? [] : ['SGLang drafts in one way: lookup was left out for the draft model.']
    return { args, notes: dropped }
  }
  if (lookup === undefined) return { args: [], notes: [] }
  const { maxTokens, matchTokens } = lookup
  return {
    args: [
      ...['--speculative-algorithm', 'NGRAM'],
      ...(maxTokens === undefined ? [] : ['--speculative-num-draft-tokens', String(maxTokens)]),
    ],
    notes:
      matchTokens === undefined ? [] : ['SGLang’s lookup has no least length of a match; the registry’s was left out.'],
  }
}

/** A script that starts each model. */
export function exportSglang(models: readonly LaunchModel[]): Exported {
  const exported = models.map((model) => ({ model, ...sglangArguments(model) }))
  return {
    files: exported.map(({ model, args }) => ({
      name: `sglang-${model.name}.sh`,
      text: `#!/bin/sh\nexec python3 -m sglang.launch_server ${shellWords(args)}\n`,
    })),
    notes: exported.flatMap(({ notes }) => notes),
  }
}
