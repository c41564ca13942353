import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { SpeculationError } from '@foretoken/contract'

/**
 * Makes a folder for its owner alone, and those around it, where they are not there; throws `ERR_FILE_NOT_FOUND` where it cannot.
 *
 * Node.js' own `recursive` never ends on file systems that make no folders, as under `/proc`: they say that the one around is missing.
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await made(folder)
  } catch (cause) {
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `the folder ${folder} cannot be made; name another place`, {
      cause,
      details: { folder },
    })
  }
}

async function made(folder: string): Promise<void> {
  const failure = await failureOf(folder)
  if (failure === undefined) return
  const parent = dirname(folder)
  if (failure.code === 'EEXIST' && (await stat(folder)).isDirectory()) return
  if (failure.code !== 'ENOENT' || parent === folder) throw failure
  await made(parent)
  const again = await failureOf(folder)
  // Another process may have made it meanwhile.
  if (again !== undefined && again.code !== 'EEXIST') throw again
}

async function failureOf(folder: string): Promise<NodeJS.ErrnoException | undefined> {
  try {
    await mkdir(folder, { mode: 0o700 })
    return undefined
  } catch (error) {
    return error as NodeJS.ErrnoException
  }
}
