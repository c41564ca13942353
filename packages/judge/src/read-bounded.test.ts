import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import { expect, it } from 'vitest'
import { readBounded } from './read-bounded.js'

it('reads a file of at most so many bytes, and refuses a longer one, a folder and a pipe', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'foretoken-bounded-'))
  try {
    const [file, pipe] = [join(folder, 'file'), join(folder, 'pipe')]
    await writeFile(file, 'four')
    execFileSync('mkfifo', [pipe])
    expect(await readBounded(file, 4)).toBe('four')
    const faults = [
      [file, 'has 4 bytes, at most 3 are read'],
      [folder, 'must be a file, it is a folder'],
      [pipe, 'must be a file, it is no file that stays'],
    ] as const
    for (const [path, message] of faults) {
      const fault: unknown = await readBounded(path, 3).catch((error: unknown) => error)
      expect(SpeculationError.is(fault, 'ERR_OPTION_INVALID') && fault.message).toBe(`${path} ${message}`)
    }
    const missing: unknown = await readBounded(join(folder, 'none'), 3).catch((error: unknown) => error)
    expect(SpeculationError.is(missing, 'ERR_FILE_NOT_FOUND')).toBe(true)
  } finally {
    await rm(folder, { recursive: true })
  }
})
