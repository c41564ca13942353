import { writeFile } from 'node:fs/promises'

/** Shape of a vision projector with random weights. */
export interface MadeProjector {
  /** Width of the text model that reads its output. */
  readonly textWidth: number
  /** Side of the square that every image is made into, in pixels; a multiple of `patchSize`. */
  readonly imageSize: number
  readonly patchSize: number
}

interface Tensor {
  readonly name: string
  /** In GGUF order: the length of a row first. */
  readonly shape: readonly number[]
}

type Scalar = number | string | boolean | readonly number[]

const width = 32

/**
 * Writes the smallest vision projector that llama.cpp loads (`clip`, projector type `mlp`, as LLaVA's): patches, their
 * places and two matrices. Its one layer is there to be loaded only, since LLaVA leaves the last one out. An image takes
 * (`imageSize` / `patchSize`)² tokens, which say nothing and differ from image to image.
 */
export async function writeProjector(path: string, { textWidth, imageSize, patchSize }: MadeProjector): Promise<void> {
  const patches = (imageSize / patchSize) ** 2
  const metadata: Readonly<Record<string, Scalar>> = {
    'general.architecture': 'clip',
    'clip.has_vision_encoder': true,
    'clip.projector_type': 'mlp',
    'clip.use_gelu': true,
    'clip.vision.image_size': imageSize,
    'clip.vision.patch_size': patchSize,
    'clip.vision.embedding_length': width,
    'clip.vision.feed_forward_length': width,
    'clip.vision.block_count': 1,
    'clip.vision.projection_dim': textWidth,
    'clip.vision.attention.head_count': 1,
    'clip.vision.attention.layer_norm_epsilon': [1e-5],
    'clip.vision.image_mean': [0.5, 0.5, 0.5],
    'clip.vision.image_std': [0.5, 0.5, 0.5],
  }
  const square = [width, width]
  const layer = ['attn_q', 'attn_k', 'attn_v', 'attn_out', 'ffn_up', 'ffn_down']
  const tensors: readonly Tensor[] = [
    { name: 'v.patch_embd.weight', shape: [patchSize, patchSize, 3, width] },
    { name: 'v.position_embd.weight', shape: [width, patches] },
    ...layer.map((name) => ({ name: `v.blk.0.${name}.weight`, shape: square })),
    ...['ln1', 'ln2'].flatMap((name) =>
      ['weight', 'bias'].map((part) => ({ name: `v.blk.0.${name}.${part}`, shape: [width] })),
    ),
    { name: 'mm.0.weight', shape: [width, textWidth] },
    { name: 'mm.0.bias', shape: [textWidth] },
    { name: 'mm.2.weight', shape: [textWidth, textWidth] },
    { name: 'mm.2.bias', shape: [textWidth] },
  ]
  await writeFile(path, ggufOf(metadata, tensors))
}

const alignment = 32

function ggufOf(metadata: Readonly<Record<string, Scalar>>, tensors: readonly Tensor[]): Buffer {
  const entries = Object.entries(metadata)
  const infos: Buffer[] = []
  const data: Buffer[] = []
  let offset = 0
  for (const [index, { name, shape }] of tensors.entries()) {
    infos.push(text(name), uint32(shape.length), ...shape.map(uint64), uint32(floatTensor), uint64(offset))
    const weights = randomWeights(
      shape.reduce((product, length) => product * length),
      index,
    )
    data.push(padded(weights))
    offset += padded(weights).length
  }
  const header = Buffer.concat([
    ...[Buffer.from('GGUF', 'latin1'), uint32(3), uint64(tensors.length), uint64(entries.length)],
    ...entries.flatMap(([key, value]) => [text(key), encoded(value)]),
    ...infos,
  ])
  return Buffer.concat([padded(header), ...data])
}

// Numbers of types in GGUF.
const [floatTensor, uint32Type, float32Type, boolType, stringType, arrayType] = [0, 4, 6, 7, 8, 9] as const

function encoded(value: Scalar): Buffer {
  if (typeof value === 'string') return Buffer.concat([uint32(stringType), text(value)])
  if (typeof value === 'boolean') return Buffer.concat([uint32(boolType), Buffer.from([value ? 1 : 0])])
  if (typeof value === 'number') return Buffer.concat([uint32(uint32Type), uint32(value)])
  const [only] = value
  if (value.length === 1 && only !== undefined) return Buffer.concat([uint32(float32Type), float32(only)])
  return Buffer.concat([uint32(arrayType), uint32(float32Type), uint64(value.length), ...value.map(float32)])
}

function text(value: string): Buffer {
  return Buffer.concat([uint64(Buffer.byteLength(value)), Buffer.from(value)])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

function float32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatLE(value)
  return bytes
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & (alignment - 1))])
}

/** The same weights every time, evenly from -0.5 to 0.5. */
function randomWeights(count: number, seed: number): Buffer {
  const bytes = Buffer.alloc(4 * count)
  let state = seed + 1
  for (let index = 0; index < count; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes.writeFloatLE(state / 2 ** 32 - 0.5, 4 * index)
  }
  return bytes
}
