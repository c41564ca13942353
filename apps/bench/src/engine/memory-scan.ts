import { spread } from '../spread.js'

/** What reading one row of logits takes at least, in microseconds. */
export interface RowScan {
  /** From memory: no cache of the machine holds it. */
  readonly memoryUs: number
  /** Just written, so that a large cache holds it. */
  readonly cacheUs: number
}

/** More than any processor's cache, and than 400 rows of a large vocabulary. */
const MEMORY_BYTES = 256 * 2 ** 20
const CACHED_ROWS = 4

/**
 * Reads rows of `length` numbers of 4 bytes as fast as the machine can: the C library's search for a byte that is not
 * there. The middle of all rows is told.
 */
export function rowScan(length: number): RowScan {
  const rowBytes = 4 * length
  const rows = Math.max(CACHED_ROWS, Math.floor(MEMORY_BYTES / rowBytes))
  const memory = Buffer.alloc(rows * rowBytes, 1)
  const scan = (row: number): number => {
    const startedMs = performance.now()
    const found = memory.subarray(row * rowBytes, (row + 1) * rowBytes).includes(2)
    const us = 1_000 * (performance.now() - startedMs)
    if (found) throw new Error('the rows have no such byte')
    return us
  }
  // By the time that the last row is read, the first has left every cache.
  const memoryUs = spread(Array.from({ length: rows }, (_, row) => scan(row))).median
  const cached = Array.from({ length: rows }, (_, row) => {
    if (row % CACHED_ROWS === 0) memory.fill(1, 0, CACHED_ROWS * rowBytes)
    return scan(row % CACHED_ROWS)
  })
  return { memoryUs, cacheUs: spread(cached).median }
}
