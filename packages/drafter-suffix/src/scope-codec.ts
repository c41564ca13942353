import type { SpeculationError } from '@foretoken/contract'
import type { ScopeState } from './scope-memory.js'

type Numbers = Int32Array | Float32Array | Float64Array | Uint8Array

/** Sections of one scope behind its name. */
export const SECTIONS = 13

/** The arrays of a scope, each the bytes of one section, in the order that {@link decodeScope} reads. */
export function encodeScope({ index, learner, counts }: ScopeState): Uint8Array[] {
  const numbers = Int32Array.of(index.clock, index.conversations)
  const { tokens, origins, links, heads, blocks, free, retired, newest } = index
  const { weights, means, sightings } = learner
  return [numbers, tokens, origins, links, heads, blocks, free, retired, newest, weights, means, sightings, counts].map(
    (array: Numbers) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
  )
}

/** The scope whose sections those are; whether it is sound is for its parts to say. */
export function decodeScope(sections: readonly Buffer[], damaged: (fault: string) => SpeculationError): ScopeState {
  const next = sections.values()
  // A copy of its own: a view would keep the whole file in memory, and may not be aligned.
  const bytes = (unit: number): ArrayBuffer => {
    const section = next.next().value ?? Buffer.alloc(0)
    if (section.byteLength % unit !== 0) throw damaged('an array ends within a number')
    return section.buffer.slice(section.byteOffset, section.byteOffset + section.byteLength) as ArrayBuffer
  }
  const integers = (): Int32Array => new Int32Array(bytes(4))
  const floats = (): Float32Array => new Float32Array(bytes(4))
  const [clock, conversations, ...more] = integers()
  if (clock === undefined || conversations === undefined || more.length > 0) throw damaged('its numbers are not two')
  return {
    index: {
      clock,
      conversations,
      tokens: integers(),
      origins: new Uint8Array(bytes(1)),
      links: integers(),
      heads: integers(),
      blocks: integers(),
      free: integers(),
      retired: integers(),
      newest: integers(),
    },
    learner: { weights: floats(), means: floats(), sightings: new Uint8Array(bytes(1)) },
    counts: new Float64Array(bytes(8)),
  }
}
