import type { GgufTensor } from '../gguf/gguf-header.js'
import type { ExpertFacts, ModelFacts } from './model-facts.js'
import type { ModelMetadata } from './model-metadata.js'

/** Experts of a layer lie in one tensor, whose last dimension counts them. */
const expertTensor = /^blk\.\d+\.ffn_\w+_exps\./

/** The experts of a model; `undefined` where it has none. */
export function expertFacts(
  { architecture, number }: ModelMetadata,
  tensors: readonly GgufTensor[],
): ExpertFacts | undefined {
  const count = number('expert_count') ?? 0
  if (count === 0) return undefined
  const isShared = tensors.some(({ name }) => name.includes('_shexp.'))
  return {
    count,
    used: Math.min(count, number('expert_used_count') ?? count),
    bytes: tensors.reduce((sum, { name, bytes }) => sum + (expertTensor.test(name) ? bytes : 0), 0),
    shared: number('expert_shared_count') ?? (isShared ? 1 : 0),
    overrideKey: `${architecture}.expert_used_count`,
  }
}

/** How many weights there are, and how many a token needs. */
export function weightFacts(
  tensors: readonly GgufTensor[],
  experts: ExpertFacts | undefined,
): Pick<ModelFacts, 'parameters' | 'activeParameters' | 'bytesPerToken'> {
  const idleRate = experts === undefined ? 0 : 1 - experts.used / experts.count
  // Of a table that is no output layer, too, a token reads one row.
  const hasOutput = tensors.some(({ name }) => name === 'output.weight')
  let [parameters, idleParameters, bytesPerToken] = [0, 0, 0]
  for (const { name, values, bytes } of tensors) {
    const isExpert = expertTensor.test(name)
    parameters += values
    if (isExpert) idleParameters += values * idleRate
    if (name !== 'token_embd.weight' || !hasOutput) bytesPerToken += isExpert ? bytes * (1 - idleRate) : bytes
  }
  const activeParameters = Math.round(parameters - idleParameters)
  return { parameters, activeParameters, bytesPerToken: Math.round(bytesPerToken) }
}
