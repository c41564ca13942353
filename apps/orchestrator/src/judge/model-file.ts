import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { SpeculationError } from '@foretoken/contract'
import type { RunModel } from '@foretoken/judge'

const headBytes = 16 * 2 ** 20
const tailBytes = 2 ** 20

/** The file with a hash of its size, first 16 MiB (header and vocabulary) and last MiB: all of it takes minutes. */
export async function runModel(path: string): Promise<RunModel> {
  try {
    await using file = await open(path, 'r')
    const { size } = await file.stat()
    const hash = createHash('sha256').update(`${size}\n`)
    const tail = Math.max(headBytes, size - tailBytes)
    for (const [start, end] of [
      [0, Math.min(size, headBytes)],
      [Math.min(size, tail), size],
    ] as const) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start), 0, end - start, start)
      hash.update(buffer.subarray(0, bytesRead))
    }
    return { path, bytes: size, hash: hash.digest('hex') }
  } catch (cause) {
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `the model ${path} cannot be read`, { cause, details: { path } })
  }
}
