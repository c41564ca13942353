import type { ModelMetadata } from '../facts/model-metadata.js'

/** Of so many layers, all but one attend to a window only (`load_swa_pattern`), where the file says no other. */
const patternByArchitecture: Readonly<Record<string, number>> = {
  gemma2: 2,
  gemma3: 6,
  gemma3n: 5,
  'gpt-oss': 2,
  cohere2: 4,
  cohere2moe: 4,
  exaone4: 4,
  'exaone-moe': 4,
  olmo2: 4,
  llama4: 4,
  smallthinker: 4,
  plamo3: 8,
  mellum: 4,
  afmoe: 4,
  laguna: 4,
  'muse-glimmer': 4,
}
/** Here the first layer of a period attends to all, elsewhere the last. */
const denseFirst: ReadonlySet<string> = new Set(['cohere2moe', 'smallthinker', 'laguna'])
const defaultWindowTokens: Readonly<Record<string, number>> = { gemma2: 4096, llama4: 8192 }

/** The window of a layer in tokens; `undefined` where it attends to all. */
export function windowLayers(metadata: ModelMetadata): (layer: number) => number | undefined {
  const { architecture, all } = metadata
  const windowTokens = metadata.number('attention.sliding_window') ?? entryOf(defaultWindowTokens, architecture) ?? 0
  const said = all.get(`${architecture}.attention.sliding_window_pattern`)
  const flags = typeof said === 'object' ? (said.values ?? []).map(Boolean) : undefined
  const period = typeof said === 'number' ? said : entryOf(patternByArchitecture, architecture)
  if (windowTokens === 0 || (flags === undefined && !period)) return () => undefined
  const dense = denseFirst.has(architecture) ? 0 : (period ?? 0) - 1
  return (layer) => {
    const isInside = flags === undefined ? layer % (period ?? 1) !== dense : flags[layer] === true
    return isInside ? windowTokens : undefined
  }
}

function entryOf(table: Readonly<Record<string, number>>, architecture: string): number | undefined {
  return Object.hasOwn(table, architecture) ? table[architecture] : undefined
}
