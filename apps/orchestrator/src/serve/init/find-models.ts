import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import { inspect, type ModelFacts } from '@foretoken/registry'

/** A GGUF file that can be served. */
export interface FoundModel {
  readonly path: string
  readonly facts: ModelFacts
}

/** What lies in a folder. */
export interface FoundModels {
  readonly models: readonly FoundModel[]
  /** Paths of projectors, which models see with. */
  readonly projectors: readonly string[]
  /** Files that could not be read, with the reason. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[]
}

/** Folders within folders that are searched. */
const depth = 4
/** Most files and folders that are looked at. */
const mostEntries = 20_000

/** The models of a folder, smallest path first; of a split model the first part. Links are not followed. */
export async function findModels(folder: string, signal: AbortSignal): Promise<FoundModels> {
  const models: FoundModel[] = []
  const projectors: string[] = []
  const unreadable: { path: string; reason: string }[] = []
  for (const path of await ggufFiles(folder)) {
    signal.throwIfAborted()
    try {
      const facts = await inspect(path, { signal })
      if (facts.kind === 'model' || facts.kind === 'embedder') models.push({ path, facts })
      else if (facts.kind === 'projector') projectors.push(path)
    } catch (error) {
      if (SpeculationError.is(error, 'ERR_ABORTED')) throw error
      unreadable.push({ path, reason: error instanceof Error ? error.message : String(error) })
    }
  }
  return { models, projectors, unreadable }
}

async function ggufFiles(folder: string): Promise<readonly string[]> {
  const found: string[] = []
  let looked = 0
  const pending = [{ path: folder, level: 0 }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const entry of await entriesOf(next.path, next.level === 0)) {
      if (++looked > mostEntries)
        throw new SpeculationError(
          'ERR_BUDGET_EXCEEDED',
          `${folder} holds more than ${mostEntries} files; name a smaller one`,
        )
      const path = join(next.path, entry.name)
      if (entry.isDirectory() && next.level < depth && !/^(\.|node_modules$)/.test(entry.name))
        pending.push({ path, level: next.level + 1 })
      if (entry.isFile() && /\.gguf$/i.test(entry.name) && !/-0000[2-9]-of-\d+|-000[1-9]\d-of-\d+/.test(entry.name))
        found.push(path)
    }
  }
  return found.toSorted()
}

async function entriesOf(folder: string, isRoot: boolean): Promise<readonly import('node:fs').Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (cause) {
    if (!isRoot) return []
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `the folder ${folder} cannot be read`, {
      cause,
      details: { folder },
    })
  }
}
