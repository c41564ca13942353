import type { Registry } from '../registry-file/registry.js'
import { claimContradictions, worksOrFails } from './claim-contradictions.js'
import type { Contradiction } from './contradiction.js'
import { qualityContradictions, sharedFigures, speedContradictions } from './figure-contradictions.js'
import { measuredPairs } from './pair-contradictions.js'
import { deprecatedButUsed, emptyReductions, implausibleFigures } from './use-contradictions.js'

/**
 * Everything in a registry that cannot all be true, with each side's line: claims against claims, claims against figures,
 * figures against each other, against the machine, and against what is in use.
 */
export function contradictions(registry: Registry): Contradiction[] {
  return rules.flatMap((rule) => rule(registry))
}

const rules: readonly ((registry: Registry) => Contradiction[])[] = [
  claimContradictions,
  worksOrFails,
  measuredPairs,
  speedContradictions,
  qualityContradictions,
  sharedFigures,
  emptyReductions,
  deprecatedButUsed,
  implausibleFigures,
]
