import { mkdir } from 'node:fs/promises'
import { SpeculationError } from '@foretoken/contract'

/** Makes a folder and those around it, where they are not there. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true })
  } catch (cause) {
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `${path} cannot be made: ${(cause as Error).message}`, { cause })
  }
}
