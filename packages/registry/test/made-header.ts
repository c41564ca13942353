import { u32, u64 } from './little-endian.js'

/** A key of a made header, with type and value as they lie in the file. */
export interface HeaderPair {
  readonly key: string
  readonly bytes: Buffer
}

export function textPair(key: string, value: string): HeaderPair {
  return { key, bytes: Buffer.concat([u32(8), text(value)]) }
}

export function uint32Pair(key: string, value: number): HeaderPair {
  return { key, bytes: Buffer.concat([u32(4), u32(value)]) }
}

export function uint16Pair(key: string, value: number): HeaderPair {
  return { key, bytes: Buffer.concat([u32(2), u32(value).subarray(0, 2)]) }
}

/** The entry of a tensor, by default of F32 where the data begin. */
export function madeTensor(
  name: string,
  dimensions: readonly number[],
  { type = 0, offset = 0 }: { readonly type?: number; readonly offset?: number } = {},
): Buffer {
  return Buffer.concat([text(name), u32(dimensions.length), ...dimensions.map(u64), u32(type), u64(offset)])
}

/** The header of a GGUF file for tests. */
export function headerBytes(pairs: readonly HeaderPair[], tensors: readonly Buffer[] = []): Buffer {
  const counts = [Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(pairs.length)]
  const keys = pairs.flatMap(({ key, bytes }) => [text(key), bytes])
  // Room for what the parser holds against the length of the file.
  return Buffer.concat([...counts, ...keys, ...tensors, Buffer.alloc(64)])
}

function text(value: string): Buffer {
  return Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)])
}
