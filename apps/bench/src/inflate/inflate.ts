import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, stat, statfs } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import { cacheFolder } from '../cache-folder.js'
import { ggufBytes, type WriteGgufOptions, writeGguf } from '../gguf/gguf-writer.js'
import { readGguf } from '../gguf/read-gguf.js'
import { parameterCount, planInflation } from './inflate-plan.js'
import { assertFits, type ModelShape, type SourceShape, shapeOf } from './model-shape.js'

/** Part of every inflated file's name: a change of what inflating does makes new files. */
const INFLATER_VERSION = 1

/** Options of {@link inflate}. */
export interface InflateOptions extends WriteGgufOptions {
  /** A GGUF model of architecture `qwen3`, `qwen3moe` or `lfm2`, as F32, F16 or Q8_0. */
  readonly path: string
  /** The larger shape, given what the model has. */
  readonly shape: (source: SourceShape) => ModelShape
  /**
   * Folder for the inflated file.
   * @defaultValue `$XDG_CACHE_HOME/foretoken/inflated`, or that under `~/.cache`
   */
  readonly folder?: string
}

/** An inflated model. */
export interface Inflated {
  readonly path: string
  readonly fileBytes: number
  readonly parameters: number
  readonly architecture: string
  readonly shape: ModelShape
  /** Whether an earlier run had made it. */
  readonly reused: boolean
}

/**
 * Makes a copy of a model that computes the same function in a larger shape, so that it costs what a real model costs
 * while its text stays the small one's.
 *
 * New dimensions of the residual stream are zero throughout. A norm over the width divides by the root mean square, which
 * the zeros make smaller by √(d / D); its weights are multiplied by that, its epsilon by d / D. Layers beyond the model's
 * own add nothing. All moves are exact, so only the rounding of the scaled norms and the epsilon of the per-head norms,
 * which the file cannot set apart, tell the two models' logits from one another.
 */
export async function inflate(options: InflateOptions): Promise<Inflated> {
  const source = await readGguf(options.path)
  const from = shapeOf(source)
  const { width, feedForward, heads, kvHeads, layers, vocabulary } = options.shape(from)
  const shape = { width, feedForward, heads, kvHeads, layers, ...(vocabulary !== undefined && { vocabulary }) }
  assertFits(from, shape)
  const content = planInflation({ source, from, to: shape })
  const fileBytes = ggufBytes(content)
  const folder = options.folder ?? cacheFolder('inflated')
  const path = join(folder, `${basename(options.path, '.gguf')}-${await fingerprint(options.path, shape)}.gguf`)
  const reused = (await bytesOf(path)) === fileBytes
  if (!reused) {
    await assertRoom(path, fileBytes)
    await writeGguf(path, content, options)
  }
  return { path, fileBytes, parameters: parameterCount(content), architecture: from.architecture, shape, reused }
}

async function fingerprint(path: string, shape: ModelShape): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  hash.update(JSON.stringify({ version: INFLATER_VERSION, shape }))
  return hash.digest('hex').slice(0, 16)
}

async function bytesOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch {
    return 0
  }
}

async function assertRoom(path: string, fileBytes: number): Promise<void> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true })
  const { bavail, bsize } = await statfs(folder)
  const freeBytes = bavail * bsize
  if (freeBytes >= fileBytes) return
  throw new SpeculationError(
    'ERR_BUDGET_EXCEEDED',
    `the inflated model needs ${megabytes(fileBytes)} MB in ${folder}, ${megabytes(freeBytes)} MB are free`,
    { details: { folder, fileBytes, freeBytes } },
  )
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6)
}
