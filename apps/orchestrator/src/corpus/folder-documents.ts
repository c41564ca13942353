import { type FileHandle, open, opendir, realpath, stat } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { SpeculationError } from '@foretoken/contract'

/** What is taken from a folder. */
export interface FolderDocumentsOptions {
  /** Extensions without their dot, in lower case. */
  readonly extensions: ReadonlySet<string>
  /** Largest file, in bytes. */
  readonly maxFileBytes: number
  /** Most files and folders that are looked at; a folder with more throws `ERR_BUDGET_EXCEEDED`. */
  readonly maxFiles: number
  readonly signal: AbortSignal
}

/** A file of the folder: its text, or why it is left out. */
export type FolderDocument =
  | { readonly path: string; readonly text: string; readonly bytes: number }
  | { readonly path: string; readonly skipped: SkipReason }

/** Why a file, or a whole folder, is left out. */
export type SkipReason =
  | 'extension'
  | 'empty'
  | 'too-large'
  | 'binary'
  | 'ignored-folder'
  | 'link-outside'
  | 'seen-before'
  | 'unreadable'

/** Copies of what others wrote, and histories: they drown what was written here. */
const ignoredFolders: ReadonlySet<string> = new Set(['node_modules', '__pycache__', 'venv', 'dist', 'build', 'target'])

/**
 * Every file below `folder`, by name, folder after folder. Links are followed within the folder and never out of it, and
 * nothing is read twice. Throws `ERR_FILE_NOT_FOUND` where the folder itself cannot be read.
 */
export async function* folderDocuments(
  folder: string,
  options: FolderDocumentsOptions,
): AsyncGenerator<FolderDocument, void, void> {
  const root = await rootOf(folder)
  const walk: Walk = { folder, root, seen: new Set([root]), options, looked: 0 }
  yield* folderOf(walk, root)
}

interface Walk {
  /** As given. */
  readonly folder: string
  readonly root: string
  /** Real paths of what was visited: a link may lead to it again. */
  readonly seen: Set<string>
  readonly options: FolderDocumentsOptions
  looked: number
}

async function* folderOf(walk: Walk, folder: string): AsyncGenerator<FolderDocument, void, void> {
  for (const name of await namesIn(folder)) {
    assertGoing(walk)
    const path = join(folder, name)
    const shown = relative(walk.root, path)
    const found = await resolved(walk, path)
    if (typeof found === 'string') yield { path: shown, skipped: found }
    else if (found.isFolder && isIgnored(name)) yield { path: shown, skipped: 'ignored-folder' }
    else if (found.isFolder) yield* folderOf(walk, found.path)
    else yield { path: shown, ...(await documentOf(found.path, walk.options)) }
  }
}

function assertGoing(walk: Walk): void {
  const { signal, maxFiles } = walk.options
  if (signal.aborted) throw new SpeculationError('ERR_ABORTED', 'the reading was cancelled')
  if (++walk.looked <= maxFiles) return
  const message = `the folder ${walk.folder} holds more than ${maxFiles} files; name a smaller one or raise --max-files`
  throw new SpeculationError('ERR_BUDGET_EXCEEDED', message, { details: { folder: walk.folder, maxFiles } })
}

function isIgnored(name: string): boolean {
  return name.startsWith('.') || ignoredFolders.has(name)
}

/** Where a path leads, if it stays inside and was not visited; a link to nowhere, a pipe or a device is unreadable. */
async function resolved(
  { root, seen }: Walk,
  path: string,
): Promise<{ readonly path: string; readonly isFolder: boolean } | SkipReason> {
  try {
    const real = await realpath(path)
    if (seen.has(real)) return 'seen-before'
    if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) return 'link-outside'
    seen.add(real)
    const entry = await stat(real)
    if (!entry.isDirectory() && !entry.isFile()) return 'unreadable'
    return { path: real, isFolder: entry.isDirectory() }
  } catch {
    return 'unreadable'
  }
}

type Content = { readonly text: string; readonly bytes: number } | { readonly skipped: SkipReason }

async function documentOf(path: string, { extensions, maxFileBytes }: FolderDocumentsOptions): Promise<Content> {
  if (!extensions.has(extname(path).slice(1).toLowerCase())) return { skipped: 'extension' }
  let file: FileHandle | undefined
  try {
    file = await open(path)
    const { size } = await file.stat()
    if (size === 0) return { skipped: 'empty' }
    if (size > maxFileBytes) return { skipped: 'too-large' }
    // No more than was there a moment ago, whatever writes to it meanwhile.
    const { bytesRead, buffer } = await file.read(Buffer.alloc(size), 0, size, 0)
    return textOf(buffer.subarray(0, bytesRead))
  } catch {
    return { skipped: 'unreadable' }
  } finally {
    await file?.close()
  }
}

function textOf(bytes: Uint8Array): Content {
  if (bytes.includes(0)) return { skipped: 'binary' }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return text.trim() === '' ? { skipped: 'empty' } : { text, bytes: bytes.length }
  } catch {
    return { skipped: 'binary' }
  }
}

async function rootOf(folder: string): Promise<string> {
  try {
    const root = await realpath(folder)
    if ((await stat(root)).isDirectory()) return root
  } catch (cause) {
    throw unreadable(folder, 'cannot be read', cause)
  }
  throw unreadable(folder, 'is no folder', undefined)
}

function unreadable(folder: string, what: string, cause: unknown): SpeculationError<'ERR_FILE_NOT_FOUND'> {
  return new SpeculationError('ERR_FILE_NOT_FOUND', `the folder ${folder} ${what}`, { cause, details: { folder } })
}

async function namesIn(folder: string): Promise<readonly string[]> {
  const names: string[] = []
  try {
    for await (const { name } of await opendir(folder)) names.push(name)
  } catch {
    // A folder below the root that may not be read: its files are missing, and that is all.
  }
  return names.sort()
}
