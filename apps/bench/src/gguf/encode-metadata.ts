import { SpeculationError } from '@foretoken/contract'
import { GGUFValueType, type MetadataValue } from '@huggingface/gguf'
import type { GgufMetadata, GgufValue } from './gguf-types.js'

/** Key-value section of a GGUF file, version 3, little-endian (`gguf_write_out` in llama.cpp). */
export function encodeMetadata(metadata: GgufMetadata): Buffer {
  const parts: Buffer[] = []
  for (const [key, value] of metadata) parts.push(encodeString(key), encodeUint32(value.type), encodeValue(key, value))
  return Buffer.concat(parts)
}

/** A length and the bytes of the text as UTF-8. */
export function encodeString(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8')
  return Buffer.concat([encodeUint64(BigInt(bytes.length)), bytes])
}

export function encodeUint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

export function encodeUint64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(value)
  return bytes
}

function encodeValue(key: string, { type, value, subType }: GgufValue): Buffer {
  if (type !== GGUFValueType.ARRAY) return encodeScalar(key, type, value)
  // llama.cpp reads no nested arrays either.
  if (!Array.isArray(value) || subType === undefined || subType === GGUFValueType.ARRAY) {
    throw new SpeculationError('ERR_MODEL_UNSUPPORTED', `${key} must be an array of plain values of one known type`)
  }
  const elements = value.map((element) => encodeScalar(key, subType, element))
  return Buffer.concat([encodeUint32(subType), encodeUint64(BigInt(value.length)), ...elements])
}

type ScalarEncoder = (bytes: DataView, value: MetadataValue) => void

const encoders: ReadonlyMap<GGUFValueType, readonly [bytes: number, write: ScalarEncoder]> = new Map([
  [GGUFValueType.UINT8, [1, (bytes, value) => bytes.setUint8(0, Number(value))]],
  [GGUFValueType.INT8, [1, (bytes, value) => bytes.setInt8(0, Number(value))]],
  [GGUFValueType.UINT16, [2, (bytes, value) => bytes.setUint16(0, Number(value), true)]],
  [GGUFValueType.INT16, [2, (bytes, value) => bytes.setInt16(0, Number(value), true)]],
  [GGUFValueType.UINT32, [4, (bytes, value) => bytes.setUint32(0, Number(value), true)]],
  [GGUFValueType.INT32, [4, (bytes, value) => bytes.setInt32(0, Number(value), true)]],
  [GGUFValueType.FLOAT32, [4, (bytes, value) => bytes.setFloat32(0, Number(value), true)]],
  [GGUFValueType.BOOL, [1, (bytes, value) => bytes.setUint8(0, value ? 1 : 0)]],
  [GGUFValueType.UINT64, [8, (bytes, value) => bytes.setBigUint64(0, BigInt(value as bigint), true)]],
  [GGUFValueType.INT64, [8, (bytes, value) => bytes.setBigInt64(0, BigInt(value as bigint), true)]],
  [GGUFValueType.FLOAT64, [8, (bytes, value) => bytes.setFloat64(0, Number(value), true)]],
] satisfies (readonly [GGUFValueType, readonly [number, ScalarEncoder]])[])

function encodeScalar(key: string, type: GGUFValueType, value: MetadataValue): Buffer {
  if (type === GGUFValueType.STRING) return encodeString(String(value))
  const encoder = encoders.get(type)
  if (encoder === undefined) {
    throw new SpeculationError('ERR_MODEL_UNSUPPORTED', `${key} has type ${type}, which GGUF does not define`)
  }
  const [length, write] = encoder
  const bytes = new DataView(new ArrayBuffer(length))
  write(bytes, value)
  return Buffer.from(bytes.buffer)
}
