import { figureValue, type Measurement } from '../registry-file/measurement.js'
import type { Registry } from '../registry-file/registry.js'
import { accelerationOf, baselineKey, isIndependent } from './configurations.js'

const known = new WeakMap<Registry, ReadonlyMap<string, Measurement>>()

/** The fastest run of the same model, quantisation and experts without drafting; a registry is searched once. */
export function fastestPlain(registry: Registry, one: Measurement): Measurement | undefined {
  const fastest = known.get(registry) ?? search(registry)
  known.set(registry, fastest)
  return fastest.get(baselineKey(registry, one))
}

function search(registry: Registry): ReadonlyMap<string, Measurement> {
  const fastest = new Map<string, Measurement>()
  for (const one of registry.measurements) {
    if (accelerationOf(one) !== 'plain' || one.tokensPerSecond === undefined || one.outcome !== undefined) continue
    if (one.variant !== undefined || !isIndependent(registry, one)) continue
    const key = baselineKey(registry, one)
    const before = fastest.get(key)?.tokensPerSecond ?? 0
    if (figureValue(one.tokensPerSecond) > figureValue(before)) fastest.set(key, one)
  }
  return fastest
}
