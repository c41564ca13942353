import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { SpeculationError } from '@foretoken/contract'

/** A file of the page, as it is sent. */
export interface PageFile {
  readonly body: Buffer
  readonly mediaType: string
  readonly etag: string
}

const mostFiles = 1000
const mostBytes = 64 * 2 ** 20

const mediaTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}

/**
 * The files of a folder by their addresses, read once: whatever is asked for later is looked up here, and no path is made
 * of what a client says. Links are not followed.
 */
export async function readPageFiles(folder: string): Promise<ReadonlyMap<string, PageFile>> {
  const files = new Map<string, PageFile>()
  const paths = await listFiles(folder)
  let bytes = 0
  for (const path of paths) {
    const absolute = join(folder, path)
    bytes += (await stat(absolute)).size
    if (bytes > mostBytes) throw tooLarge(folder)
    const body = await readFile(absolute)
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
    files.set(`/${path.replaceAll('\\', '/')}`, {
      body,
      etag,
      mediaType: mediaTypes[extname(path)] ?? 'application/octet-stream',
    })
  }
  const index = files.get('/index.html')
  if (index === undefined)
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `${folder} has no index.html; build the page`)
  return files.set('/', index)
}

async function listFiles(folder: string): Promise<readonly string[]> {
  const found: string[] = []
  const pending = ['']
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    for (const entry of await entriesOf(join(folder, path))) {
      const inside = path === '' ? entry.name : `${path}/${entry.name}`
      if (entry.isDirectory()) pending.push(inside)
      else if (entry.isFile()) found.push(inside)
      if (found.length + pending.length > mostFiles) throw tooLarge(folder)
    }
  }
  return found
}

async function entriesOf(folder: string): ReturnType<typeof readEntries> {
  try {
    return await readEntries(folder)
  } catch (cause) {
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `the page’s folder ${folder} cannot be read`, { cause })
  }
}

function readEntries(folder: string) {
  return readdir(folder, { withFileTypes: true })
}

function tooLarge(folder: string): SpeculationError {
  return new SpeculationError(
    'ERR_OPTION_INVALID',
    `the page’s folder ${folder} must have at most ${mostFiles} files of ${mostBytes} bytes together`,
  )
}
