import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { assertInteger, SpeculationError } from '@foretoken/contract'
import { readBounded } from '../read-bounded.js'

/** Verdicts by what they depend on. */
export interface VerdictCache {
  /** What was kept; `undefined` where there is nothing, or nothing that can be read. */
  get(key: string): Promise<unknown>
  set(key: string, verdict: unknown): Promise<void>
}

/** Options of {@link verdictCache}. */
export interface VerdictCacheOptions {
  readonly folder: string
  /**
   * Most verdicts that are kept (1 to 10,000,000); beyond, the tenth that was written longest ago goes.
   * @defaultValue 200_000
   */
  readonly maxEntries?: number
}

const maxEntryBytes = 64 * 1024

/** The address of a verdict: SHA-256 of all that it depends on, whatever the order of its fields. */
export function verdictKey(parts: Readonly<Record<string, unknown>>): string {
  return createHash('sha256').update(canonical(parts)).digest('hex')
}

/** A cache in a folder: a file for each verdict, which is there whole or not at all. */
export function verdictCache({ folder, maxEntries = 200_000 }: VerdictCacheOptions): VerdictCache {
  assertInteger('maxEntries', maxEntries, { min: 1, max: 10_000_000 })
  // One at a time, so that writers side by side count each other.
  let counted: Promise<number> | undefined
  const pathOf = (key: string): string => join(folder, key.slice(0, 2), `${key}.json`)
  const makeRoom = (path: string): Promise<number> => {
    const before = (counted ?? entriesOf(folder).then((paths) => paths.length)).catch(() => 0)
    counted = before.then(async (entries) => {
      if (await isThere(path)) return entries
      return 1 + (entries < maxEntries ? entries : await withoutOldest(folder, maxEntries))
    })
    return counted
  }
  return {
    async get(key) {
      try {
        return JSON.parse(await readBounded(pathOf(key), maxEntryBytes))
      } catch {
        // Absent, cut or damaged: the judge is asked again and the file replaced.
        return undefined
      }
    },
    async set(key, verdict) {
      const text = `${JSON.stringify(verdict)}\n`
      if (Buffer.byteLength(text) > maxEntryBytes) return
      const path = pathOf(key)
      await makeRoom(path)
      await writeWhole(path, text)
    },
  }
}

/** JSON with the fields of every object sorted. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}

async function writeWhole(path: string, text: string): Promise<void> {
  const partial = `${path}.${randomUUID()}.partial`
  try {
    await mkdir(join(path, '..'), { recursive: true })
    const file = await open(partial, 'wx')
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(partial, path)
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => {})
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `the verdict ${path} cannot be written`, { cause })
  }
}

async function entriesOf(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  return names.filter((name) => name.endsWith('.json')).map((name) => join(folder, name))
}

/** Removes the tenth that was written longest ago, at least one, and says how many are left. */
async function withoutOldest(folder: string, maxEntries: number): Promise<number> {
  const paths = await entriesOf(folder)
  const dated = await Promise.all(paths.map(async (path) => ({ path, at: await writtenAt(path) })))
  const excess = Math.max(paths.length + 1 - maxEntries, Math.floor(maxEntries / 10))
  const old = dated.sort((a, b) => a.at - b.at).slice(0, excess)
  for (const { path } of old) await rm(path, { force: true })
  return paths.length - old.length
}

async function isThere(path: string): Promise<boolean> {
  return (await writtenAt(path)) > 0
}

/** Milliseconds since 1970; 0 of a file that is not there. */
async function writtenAt(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )
}
