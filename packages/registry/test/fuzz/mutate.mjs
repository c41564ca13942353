const extremes = [
  0n,
  1n,
  0xffn,
  0xffffn,
  0x7fff_ffffn,
  0xffff_ffffn,
  1n << 40n,
  (1n << 53n) + 1n,
  (1n << 63n) - 1n,
  -1n,
]
const texts = ['general.architecture', 'tokenizer.ggml.tokens', 'split.count', 'gpt2', 'llama', 'clip', 'lfm2', 'NaN']

/** A copy with one to four damages: bits, numbers of a structure, cuts, doubled and moved pieces, foreign texts. */
export function mutate(source, random) {
  let bytes = Buffer.from(source)
  for (let count = random.chance(0.5) ? 1 : 2 + random.below(3); count > 0; count--)
    bytes = random.pick(damages)(bytes, random)
  return bytes
}

const damages = [
  (bytes, random) => written(bytes, random, Buffer.of(random.below(256))),
  (bytes, random) => {
    const place = random.below(Math.max(1, bytes.length))
    if (place < bytes.length) bytes[place] ^= 1 << random.below(8)
    return bytes
  },
  (bytes, random) => {
    const value = Buffer.alloc(8)
    value.writeBigUInt64LE(BigInt.asUintN(64, random.pick(extremes)))
    return written(bytes, random, random.chance(0.5) ? value : value.subarray(0, 4))
  },
  (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  (bytes, random) => {
    const [start, length] = [random.below(bytes.length + 1), random.below(200)]
    const piece = bytes.subarray(start, start + length)
    const place = random.below(bytes.length + 1)
    return Buffer.concat([bytes.subarray(0, place), piece, bytes.subarray(place)])
  },
  (bytes, random) => {
    const place = random.below(bytes.length + 1)
    return Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + random.below(64))])
  },
  (bytes, random) => written(bytes, random, Buffer.from(random.pick(texts))),
]

/** Most of what can be broken stands at the beginning. */
function written(bytes, random, piece) {
  const room = bytes.length - piece.length
  if (room <= 0) return bytes
  bytes.set(piece, random.chance(0.5) ? random.below(Math.min(room, 600)) : random.below(room))
  return bytes
}
