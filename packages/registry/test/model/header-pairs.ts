import { GgufCursor } from '../../src/gguf/gguf-cursor.js'
import type { HeaderPair } from '../made-header.js'

const fixedBytes = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8]

/** The metadata of a file, types and values as they lie there. */
export function readPairs(file: Buffer): HeaderPair[] {
  const cursor = new GgufCursor(file, { path: 'vocabulary', bytes: file.length })
  cursor.skip(16)
  const count = cursor.uint64()
  return Array.from({ length: count }, () => {
    const key = cursor.utf8(cursor.uint64())
    const start = cursor.position
    skipValue(cursor, cursor.uint32())
    return { key, bytes: file.subarray(start, cursor.position) }
  })
}

function skipValue(cursor: GgufCursor, type: number): void {
  if (type === 8) cursor.skip(cursor.uint64())
  else if (type === 9) {
    const item = cursor.uint32()
    const items = cursor.uint64()
    for (let index = 0; index < items; index++) skipValue(cursor, item)
  } else cursor.skip(fixedBytes[type] ?? 0)
}

/** The pairs with other values for some keys; those that are not there are added. */
export function changedPairs(pairs: readonly HeaderPair[], changes: ReadonlyMap<string, Buffer>): HeaderPair[] {
  const left = new Map(changes)
  const kept = pairs.map(({ key, bytes }) => {
    const change = left.get(key)
    left.delete(key)
    return { key, bytes: change ?? bytes }
  })
  return [...kept, ...Array.from(left, ([key, bytes]) => ({ key, bytes }))]
}
