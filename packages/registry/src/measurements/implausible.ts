import { figureValue, type Measurement } from '../registry-file/measurement.js'
import type { Registry } from '../registry-file/registry.js'
import type { RegistryModel } from '../registry-file/registry-models.js'
import { quantisationOf } from './find-in-registry.js'

/** A figure that the machine cannot have brought. */
export interface Implausibility {
  readonly figure: 'tokensPerSecond' | 'speedup'
  readonly value: number
  /** The most that is possible. */
  readonly limit: number
  /** Where the limit comes from, in a clause. */
  readonly because: string
}

/**
 * What is too fast to be true. A step reads the weights once and brings at most K + 1 tokens, or as many as were accepted:
 * so much faster than a plain step it can be, and so many of them the memory's bandwidth allows in a second.
 */
export function implausibilities(registry: Registry, measurement: Measurement): Implausibility[] {
  const { tokensPerSecond, speedup, approximate = [] } = measurement
  const step = tokensOfStep(measurement)
  const found: Implausibility[] = []
  if (step === undefined) return found
  const { most, because } = step
  // What is told as approximate gets a tenth.
  const slack = (figure: Implausibility['figure']) => (approximate.includes(figure) ? 1.1 : 1)
  if (speedup !== undefined && figureValue(speedup) > most * slack('speedup') && most > 1)
    found.push({ figure: 'speedup', value: figureValue(speedup), limit: most, because })
  const limit = stepsPerSecond(registry, measurement) * most
  if (tokensPerSecond !== undefined && figureValue(tokensPerSecond) > limit * slack('tokensPerSecond'))
    found.push({
      figure: 'tokensPerSecond',
      value: figureValue(tokensPerSecond),
      limit,
      because: `${because}, and the bandwidth allows ${(limit / most).toFixed(1)} steps a second`,
    })
  return found
}

/** Most tokens of a step; unknown where drafts are made and their length is not told. */
function tokensOfStep(measurement: Measurement): { readonly most: number; readonly because: string } | undefined {
  const { draft, lookup, maxDraftTokens, acceptanceRate, method } = measurement
  if (method === 'layer-skip') return undefined
  if (draft === undefined && lookup !== true) return { most: 1, because: 'a step without drafts brings one token' }
  if (maxDraftTokens === undefined) return undefined
  if (acceptanceRate === undefined)
    return { most: maxDraftTokens + 1, because: `a step brings at most K + 1 = ${maxDraftTokens + 1} tokens` }
  const rate = figureValue(acceptanceRate)
  const most = 1 + rate * maxDraftTokens
  return {
    most,
    because: `with ${percent(rate)} of ${maxDraftTokens} accepted a step brings ${most.toFixed(1)} tokens`,
  }
}

/** How often the weights that a token needs can be read in a second; endless where their size is not known. */
function stepsPerSecond(registry: Registry, measurement: Measurement): number {
  const hardware = registry.hardware.find(({ id }) => id === measurement.hardware)
  const model = registry.models.find(({ id }) => id === measurement.model)
  const bytes = model === undefined ? undefined : bytesRead(model, measurement)
  return hardware === undefined || bytes === undefined
    ? Number.POSITIVE_INFINITY
    : hardware.bandwidthBytesPerSecond / bytes
}

/** Least bytes of weights for a token: of a mixture of experts only those that are used. */
function bytesRead(model: RegistryModel, { quantisation, experts }: Measurement): number | undefined {
  const bytes = quantisationOf(model, quantisation)?.bytes
  if (bytes === undefined || model.parameters === undefined) return undefined
  const share = (model.activeParameters ?? model.parameters) / model.parameters
  const used = model.defaultExperts === undefined ? 1 : (experts ?? model.defaultExperts) / model.defaultExperts
  return bytes * share * Math.min(1, used)
}

function percent(rate: number): string {
  return `${Number((100 * rate).toFixed(1))} %`
}
