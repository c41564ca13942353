import { accessSync, closeSync, constants, openSync, readdirSync, readSync } from 'node:fs'
import { availableParallelism, cpus, freemem, loadavg, totalmem } from 'node:os'
import { delimiter, join } from 'node:path'

/** Where facts about a machine come from; a test hands in a machine of its own. */
export interface MachineSource {
  readonly platform: string
  readonly architecture: string
  /** A file's text, cut at 8 MiB; `undefined` where it cannot be read. */
  readText(path: string): string | undefined
  /** Names in a folder; none where it cannot be read. */
  list(path: string): readonly string[]
  /** Whether a program is on the path. */
  hasProgram(name: string): boolean
  /** Names of the processors that the system reports, one for each logical core. */
  processors(): readonly string[]
  /** Logical cores that this process may use. */
  usableCores(): number
  totalBytes(): number
  freeBytes(): number
  /** Processes that wanted a core, on average over the last minute. */
  load(): number
}

const mostBytes = 8 * 2 ** 20

/** The machine that this process runs on. */
export const thisMachine: MachineSource = {
  platform: process.platform,
  architecture: process.arch,
  readText(path) {
    try {
      return readBounded(path)
    } catch {
      return undefined
    }
  },
  list(path) {
    try {
      return readdirSync(path)
    } catch {
      return []
    }
  },
  hasProgram: (name) => (process.env['PATH'] ?? '').split(delimiter).some((folder) => isProgram(join(folder, name))),
  processors: () => cpus().map(({ model }) => model.trim().replace(/\s+/g, ' ')),
  usableCores: () => availableParallelism(),
  totalBytes: () => totalmem(),
  freeBytes: () => process.availableMemory?.() ?? freemem(),
  load: () => loadavg()[0] ?? 0,
}

/** Files of /proc tell no size, so they are read piece by piece. */
function readBounded(path: string): string {
  const file = openSync(path, 'r')
  try {
    const pieces: Buffer[] = []
    for (let total = 0; total < mostBytes; ) {
      const piece = Buffer.alloc(65_536)
      const count = readSync(file, piece)
      if (count === 0) break
      pieces.push(piece.subarray(0, count))
      total += count
    }
    return Buffer.concat(pieces).toString('utf8')
  } finally {
    closeSync(file)
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
