import { fixtureModels } from '@foretoken/fixtures'
import { loadBinding, type NativeModel } from '@foretoken/native'

/** The fixture model, of which the samplers' tests use the vocabulary. */
export async function samplingModel(): Promise<NativeModel> {
  return await loadBinding().loadModel(fixtureModels.base.q8_0)
}

/** Uniform numbers from 0 to 1 (Mulberry32). */
export function uniforms(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A row of logits as language models give them: a broad heap, and `peaks` likely tokens above it. */
export function randomRow(columns: number, seed: number, peaks: number): Float32Array {
  const uniform = uniforms(seed)
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
  const row = Float32Array.from({ length: columns }, () => normal() * 2)
  for (let peak = 0; peak < peaks; peak++) row[Math.floor(uniform() * columns)] = 12 - 4 * uniform()
  return row
}
