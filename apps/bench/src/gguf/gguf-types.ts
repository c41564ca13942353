import { SpeculationError } from '@foretoken/contract'
import { GGUFValueType, type MetadataValue } from '@huggingface/gguf'

/** A metadata value with the type it has in the file; arrays carry the type of their elements. */
export interface GgufValue {
  readonly type: GGUFValueType
  readonly value: MetadataValue
  readonly subType?: GGUFValueType | undefined
}

/** Metadata in file order. */
export type GgufMetadata = ReadonlyMap<string, GgufValue>

/** How a tensor's weights are stored. */
export interface TensorFormat {
  readonly name: 'F32' | 'F16' | 'Q8_0'
  /** Number of the type in a GGUF file (`enum ggml_type`). */
  readonly id: number
  /** Weights in one block; a row is a whole number of blocks. */
  readonly blockWeights: number
  readonly blockBytes: number
}

/** The formats that can be moved about without being decoded: in each, a weight of zero is zero bytes. */
export const tensorFormats: readonly TensorFormat[] = [
  { name: 'F32', id: 0, blockWeights: 1, blockBytes: 4 },
  { name: 'F16', id: 1, blockWeights: 1, blockBytes: 2 },
  { name: 'Q8_0', id: 8, blockWeights: 32, blockBytes: 34 },
]

/** Alignment of tensor data unless `general.alignment` says otherwise (`GGUF_DEFAULT_ALIGNMENT`). */
const DEFAULT_ALIGNMENT = 32

/** Bytes of a tensor; `shape` is in GGUF order, the length of a row first. */
export function tensorBytes(format: TensorFormat, shape: readonly number[]): number {
  const [rowWeights = 1, ...rest] = shape
  if (rowWeights % format.blockWeights !== 0) {
    throw new SpeculationError(
      'ERR_MODEL_UNSUPPORTED',
      `a row of ${rowWeights} weights is no whole number of ${format.name} blocks of ${format.blockWeights}`,
    )
  }
  return rest.reduce((bytes, length) => bytes * length, (rowWeights / format.blockWeights) * format.blockBytes)
}

/** The alignment that the metadata asks for, in bytes. */
export function alignmentOf(metadata: GgufMetadata): number {
  const declared = metadata.get('general.alignment')
  return declared?.type === GGUFValueType.UINT32 ? Number(declared.value) : DEFAULT_ALIGNMENT
}

/** The smallest multiple of `alignment` that is not below `bytes`. */
export function alignUp(bytes: number, alignment: number): number {
  return Math.ceil(bytes / alignment) * alignment
}
