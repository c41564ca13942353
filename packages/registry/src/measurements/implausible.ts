import { type Citation, figureValue, type Measurement } from '../registry-file/measurement.js'
import type { Registry } from '../registry-file/registry.js'
import type { RegistryModel } from '../registry-file/registry-models.js'
import { accelerationOf } from './configurations.js'
import { fastestPlain } from './fastest-plain.js'
import { quantisationOf } from './find-in-registry.js'

/** A figure that the machine cannot have brought. */
export interface Implausibility {
  readonly figure: 'tokensPerSecond' | 'speedup'
  readonly value: number
  /** The most that is possible. */
  readonly limit: number
  /** Where the limit comes from, in a clause. */
  readonly because: string
  /** Line that the limit is taken from. */
  readonly source: Citation
}

/**
 * What is too fast to be true. A step brings at most K + 1 tokens, or as many as were accepted; it reads the weights once, and
 * so the memory's bandwidth bounds how many there are in a second; and none is shorter than one that checks no draft.
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
    found.push({ figure: 'speedup', value: figureValue(speedup), limit: most, because, source: measurement.source })
  const bound = stepsPerSecond(registry, measurement)
  const speed = figureValue(tokensPerSecond ?? 0)
  if (speed > bound.most * most * slack('tokensPerSecond'))
    found.push({
      figure: 'tokensPerSecond',
      value: speed,
      limit: bound.most * most,
      because: `${because}, and ${bound.because}`,
      source: bound.source,
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

interface StepBound {
  /** Steps a second. */
  readonly most: number
  readonly because: string
  readonly source: Citation
}

/** How many steps there can be in a second: as many as plain ones where something is drafted, else as the bandwidth allows. */
function stepsPerSecond(registry: Registry, measurement: Measurement): StepBound {
  const { source } = measurement
  const hardware = registry.hardware.find(({ id }) => id === measurement.hardware)
  const model = registry.models.find(({ id }) => id === measurement.model)
  const bytes = model === undefined ? undefined : bytesRead(model, measurement)
  if (hardware === undefined || bytes === undefined) return { most: Number.POSITIVE_INFINITY, because: '', source }
  const most = hardware.bandwidthBytesPerSecond / bytes
  const bandwidth = {
    most,
    because: `the bandwidth allows ${most.toFixed(1)} steps a second`,
    source: hardware.bandwidthSource,
  }
  const plain = accelerationOf(measurement) === 'plain' ? undefined : fastestPlain(registry, measurement)
  const speed = figureValue(plain?.tokensPerSecond ?? Number.POSITIVE_INFINITY)
  if (plain === undefined || speed > most) return bandwidth
  return { most: speed, because: `without drafting there were at most ${speed} steps a second`, source: plain.source }
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
