import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { SpeculationError } from '@foretoken/contract'

/** Writes a file that is there whole or not at all, whenever the machine stops. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const partial = `${path}.${randomUUID()}.partial`
  try {
    await using file = await open(partial, 'wx')
    await file.writeFile(text)
    await file.sync()
    await rename(partial, path)
    await syncFolder(dirname(path))
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => {})
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `${path} cannot be written: ${(cause as Error).message}`, {
      cause,
    })
  }
}

/** Makes the names in a folder last; Windows does that by itself and cannot open folders. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  await using handle = await open(folder, 'r')
  await handle.sync()
}
