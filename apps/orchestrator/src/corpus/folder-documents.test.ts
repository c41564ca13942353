import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { type FolderDocument, folderDocuments } from './folder-documents.js'

const base = mkdtempSync(join(tmpdir(), 'foretoken-'))
afterAll(() => rmSync(base, { recursive: true }))

const root = join(base, 'root')
for (const folder of ['deep/er', '.git', 'node_modules/x']) mkdirSync(join(root, folder), { recursive: true })
writeFileSync(join(base, 'secret.md'), 'outside')
const files = {
  'a.md': 'first',
  'b.SQL': 'SELECT 1',
  'deep/er/c.py': 'print(1)',
  'd.bin': 'x',
  'empty.md': '',
  'blank.md': ' \n',
  'large.md': 'x'.repeat(101),
  'nul.md': 'a\0b',
  '.git/config.txt': 'x',
  'node_modules/x/index.js': 'x',
}
for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text)
writeFileSync(join(root, 'latin.md'), Buffer.from([0x47, 0xfc, 0x74]))
symlinkSync(join(base, 'secret.md'), join(root, 'link-out.md'))
symlinkSync('..', join(root, 'deep', 'loop'))
symlinkSync(join(root, 'a.md'), join(root, 'z-again.md'))
symlinkSync(join(root, 'nowhere'), join(root, 'z-nowhere.md'))
// A folder whose name merely begins like the root's is outside.
mkdirSync(join(base, 'root-two'))
writeFileSync(join(base, 'root-two', 'x.md'), 'outside')
symlinkSync(join(base, 'root-two'), join(root, 'z-two'))
const makePipe = 'mkfifo'
execFileSync(makePipe, [join(root, 'z-pipe.md')])

async function read(
  folder: string,
  signal = new AbortController().signal,
  maxFiles = 1_000,
): Promise<readonly FolderDocument[]> {
  const extensions = new Set(['md', 'sql', 'py'])
  const found: FolderDocument[] = []
  for await (const one of folderDocuments(folder, { extensions, maxFileBytes: 100, maxFiles, signal })) found.push(one)
  return found
}

test('texts of the wanted kinds, and a reason for everything else', async () => {
  const found = Object.fromEntries(
    (await read(root)).map((one) => [one.path, 'text' in one ? one.text : { skipped: one.skipped }]),
  )
  expect(found).toEqual({
    'a.md': 'first',
    'b.SQL': 'SELECT 1',
    'deep/er/c.py': 'print(1)',
    'd.bin': { skipped: 'extension' },
    'empty.md': { skipped: 'empty' },
    'blank.md': { skipped: 'empty' },
    'large.md': { skipped: 'too-large' },
    'nul.md': { skipped: 'binary' },
    'latin.md': { skipped: 'binary' },
    '.git': { skipped: 'ignored-folder' },
    node_modules: { skipped: 'ignored-folder' },
    'link-out.md': { skipped: 'link-outside' },
    'deep/loop': { skipped: 'seen-before' },
    'z-again.md': { skipped: 'seen-before' },
    'z-nowhere.md': { skipped: 'unreadable' },
    'z-two': { skipped: 'link-outside' },
    'z-pipe.md': { skipped: 'unreadable' },
  })
})

test('a folder that is a link itself is read', async () => {
  symlinkSync(join(root, 'deep'), join(base, 'linked'))
  expect((await read(join(base, 'linked'))).filter((one) => 'text' in one)).toHaveLength(1)
})

test('no folder, and a cancelled reading', async () => {
  await expect(read(join(base, 'none'))).rejects.toMatchObject({ code: 'ERR_FILE_NOT_FOUND' })
  await expect(read(join(root, 'a.md'))).rejects.toThrow('is no folder')
  await expect(read(root, AbortSignal.abort())).rejects.toMatchObject({ code: 'ERR_ABORTED' })
})

test('a folder of too many files is refused', async () => {
  const { length } = await read(root)
  // Folders that are looked into count as well: deep and deep/er.
  await expect(read(root, undefined, length + 2)).resolves.toHaveLength(length)
  const refused = read(root, undefined, length + 1)
  await expect(refused).rejects.toMatchObject({ code: 'ERR_BUDGET_EXCEEDED' })
  await expect(refused).rejects.toThrow('raise --max-files')
})
