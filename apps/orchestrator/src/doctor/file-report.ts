import { estimateModelMemory, type ModelFacts } from '@foretoken/registry'
import type { FileReport } from './doctor-result.js'

/** A file's facts in short, with the memory for a context; by default what the engine takes. */
export function fileReport(facts: ModelFacts, contextTokens?: number): FileReport {
  const { experts, vocabulary, name } = facts
  return {
    path: facts.location,
    ...(name !== undefined && { name }),
    architecture: facts.architecture,
    parameters: facts.parameters,
    activeParameters: facts.activeParameters,
    bytesPerToken: facts.bytesPerToken,
    quantization: facts.quantization.name,
    layers: facts.layers,
    contextTokens: facts.contextTokens,
    ...(experts && { experts: { count: experts.count, used: experts.used, overrideKey: experts.overrideKey } }),
    ...(vocabulary && {
      vocabulary: { type: vocabulary.type, preTokenizer: vocabulary.preTokenizer, size: vocabulary.size },
    }),
    rollback: facts.rollback,
    draftHeads: facts.draftHeads.map(({ kind }) => kind),
    seesWithProjector: facts.seesWithProjector,
    memory: estimateModelMemory(facts, contextTokens === undefined ? {} : { contextTokens }),
  }
}

/** Bytes that one token reads: the weights that it passes, and what the cache holds of the tokens before it. */
export function bytesOfToken({ bytesPerToken, memory }: FileReport, depth: number): number {
  return bytesPerToken + memory.cacheBytesPerToken * depth + memory.recurrentBytes
}
