import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { SpeculationError } from '@foretoken/contract'

/** Throws `ERR_FILE_NOT_FOUND` where a file cannot be put, before hours of work are lost. */
export async function assertWritable(path: string, what: string): Promise<void> {
  const folder = dirname(resolve(path))
  try {
    await access(folder, constants.W_OK)
    if ((await stat(path).catch(() => undefined))?.isDirectory() !== true) return
  } catch (cause) {
    const message = `the ${what} ${path} cannot be written: its folder is missing or read-only; name another place`
    throw new SpeculationError('ERR_FILE_NOT_FOUND', message, { cause, details: { path } })
  }
  throw new SpeculationError('ERR_FILE_NOT_FOUND', `the ${what} ${path} is a folder; name a file`, {
    details: { path },
  })
}
