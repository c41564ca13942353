import { mkdtemp, realpath, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ChildArgument } from './child.js'
import { pythonChild } from './python-child.js'
import { pythonClosing, pythonPrelude } from './python-harness.js'
import { bytesOfChild } from './run-in-child.js'
import { startChild } from './start-child.js'

/** What a program may take. */
export interface Limits {
  readonly maxMemoryBytes: number
  readonly maxOutputBytes: number
}

/** Memory of an interpreter that has started, in a folder that only this user may read. */
export interface Snapshot {
  readonly folder: string
  readonly file: string
}

/** Starts an interpreter, which takes seconds, and keeps its memory. */
export async function makeSnapshot(maxStartMs: number): Promise<Snapshot> {
  const limits = { maxMemoryBytes: 512 * 2 ** 20, maxOutputBytes: 1_000 }
  const { argument, readable } = await pythonStart(limits, '')
  const bytes = await bytesOfChild(startChild(pythonChild, argument, readable), 256 * 2 ** 20, maxStartMs)
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'foretoken-sandbox-'))
  const file = join(folder, 'python.snapshot')
  await writeFile(file, bytes, { mode: 0o600 })
  return { folder, file }
}

/** How a child is started that runs Python; without a snapshot it makes one. */
export async function pythonStart(
  limits: Limits,
  snapshot: string,
  closing: string = pythonClosing,
): Promise<{ argument: ChildArgument; readable: string[] }> {
  const folder = await realpath(dirname(createRequire(import.meta.url).resolve('pyodide/package.json')))
  const module = pathToFileURL(join(folder, 'pyodide.mjs')).href
  const argument = { ...limits, module, snapshot, prelude: pythonPrelude, closing }
  return { argument, readable: [join(folder, '*'), ...(snapshot === '' ? [] : [snapshot])] }
}
