import { open } from 'node:fs/promises'
import { SpeculationError } from '@foretoken/contract'
import { MAX_YAML_BYTES } from './yaml-text.js'

/** Reads the text of a file; `ERR_FILE_NOT_FOUND` where there is none, and `ERR_REGISTRY_FORMAT` where it is too large. */
export async function readRegistryText(path: string | URL): Promise<string> {
  const { buffer, bytesRead } = await beginning(path)
  if (bytesRead <= MAX_YAML_BYTES) return buffer.toString('utf8', 0, bytesRead)
  throw new SpeculationError('ERR_REGISTRY_FORMAT', `${path} must be at most ${MAX_YAML_BYTES} bytes; split it`)
}

/** The size that a file tells is not believed: a device tells 0 and never ends. */
async function beginning(path: string | URL): Promise<{ readonly buffer: Buffer; readonly bytesRead: number }> {
  try {
    await using file = await open(path)
    const buffer = Buffer.alloc(MAX_YAML_BYTES + 1)
    let bytesRead = 0
    for (let read = -1; read !== 0; bytesRead += read) {
      const result = await file.read(buffer, bytesRead, buffer.length - bytesRead)
      read = result.bytesRead
    }
    return { buffer, bytesRead }
  } catch (cause) {
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `the registry ${path} cannot be read`, { cause })
  }
}
