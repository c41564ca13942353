import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { ModelPlan } from '../model-plan.js'

const samples = 256
const sampleBytes = 4096

/**
 * Tells one model from another by the size of its file and 256 pieces of it, evenly spread, and by what was overridden:
 * enough to keep sessions of two models apart, at a thousandth of the time that all of a large file takes.
 */
export async function modelFingerprint({ file, overrides, attention }: ModelPlan): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([file.fileBytes, overrides, attention]))
  const handle = await open(file.path, 'r')
  try {
    const { size } = await handle.stat()
    const buffer = Buffer.alloc(sampleBytes)
    for (let index = 0; index < samples; index++) {
      const position = Math.floor((index * Math.max(0, size - sampleBytes)) / (samples - 1))
      const { bytesRead } = await handle.read(buffer, 0, sampleBytes, position)
      hash.update(buffer.subarray(0, bytesRead))
    }
  } finally {
    await handle.close()
  }
  return hash.digest('hex')
}
