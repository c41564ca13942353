import type { TensorFormat } from '../gguf/gguf-types.js'

/** Bytes made at a time. */
const CHUNK_BYTES = 1 << 20

/** Keeps the random bits that a format can take and sets the others, two or four bytes of weights at a time. */
const patterns: Readonly<Record<TensorFormat['name'], (random: number) => number>> = {
  // Sign, mantissa and the lowest bit of the exponent are random: magnitudes from 1/128 to 1/32.
  F32: (random) => (random & 0x80ff_ffff) | 0x3c00_0000,
  F16: (random) => (random & 0x87ff_87ff) | 0x2000_2000,
  // Four signed numbers of seven bits, -64 to 63.
  Q8_0: (random) => (random & 0x7f7f_7f7f) | ((random & 0x4040_4040) << 1),
}

/** The half-precision number 2⁻¹², so that Q8_0 weights stay below 1/64. */
const Q8_0_SCALE = 0x0c00

/**
 * Weights for a layer that must do nothing at full price: small, finite, none of them zero for long.
 *
 * @param seed - equal seeds give equal weights
 */
export function* randomWeights(format: TensorFormat, bytes: number, seed: number): Generator<Uint8Array, void, void> {
  const next = xorshift(seed)
  const pattern = patterns[format.name]
  const chunkBytes = Math.floor(CHUNK_BYTES / format.blockBytes) * format.blockBytes
  for (let done = 0; done < bytes; done += chunkBytes) {
    const chunk = new Uint8Array(Math.min(chunkBytes, bytes - done))
    const view = new DataView(chunk.buffer)
    if (format.name === 'Q8_0') fillBlocks(view, () => pattern(next()))
    else fillWords(view, 0, view.byteLength, () => pattern(next()))
    yield chunk
  }
}

function fillBlocks(view: DataView, next: () => number): void {
  for (let block = 0; block < view.byteLength; block += 34) {
    view.setUint16(block, Q8_0_SCALE, true)
    fillWords(view, block + 2, block + 34, next)
  }
}

function fillWords(view: DataView, start: number, end: number, next: () => number): void {
  let offset = start
  for (; offset + 4 <= end; offset += 4) view.setInt32(offset, next(), true)
  if (offset < end) view.setInt16(offset, next(), true)
}

/** Marsaglia's xorshift32 (Journal of Statistical Software 8(14), 2003); its state is never 0. */
function xorshift(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e37_79b1) | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state
  }
}
