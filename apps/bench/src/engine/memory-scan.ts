import { spread } from '../spread.js'

/**
 * Microseconds to read one of `rows` rows of `length` numbers of 4 bytes at the speed of the memory that holds them just
 * after they were written, as logits are: the C library's search for a byte that is not there, which reads as fast as
 * the machine can.
 */
export function rowScanUs(rows: number, length: number, repetitions: number): number {
  const rowBytes = 4 * length
  const logits = Buffer.alloc(rows * rowBytes)
  const times: number[] = []
  for (let repetition = 0; repetition < repetitions; repetition++) {
    logits.fill(repetition % 2)
    const startedMs = performance.now()
    for (let row = 0; row < rows; row++) {
      if (logits.subarray(row * rowBytes, (row + 1) * rowBytes).includes(2))
        throw new Error('the rows have no such byte')
    }
    times.push((1_000 * (performance.now() - startedMs)) / rows)
  }
  return spread(times).median
}
