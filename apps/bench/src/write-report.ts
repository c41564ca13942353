import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { SpeculationError } from '@foretoken/contract'

/** Writes a report as JSON; its path holds what was there before, or all of it. */
export async function writeReport(path: string, report: object): Promise<void> {
  const partial = `${path}.${process.pid}.partial`
  try {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(partial, 'w')
    try {
      await file.writeFile(`${JSON.stringify(report, undefined, 2)}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(partial, path)
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => {})
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `${path} cannot be written`, { cause, details: { path } })
  }
}
