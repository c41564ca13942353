import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeFolder } from './make-folder.js'

test('folders are made around it, and those that are there stay', async () => {
  const root = await mkdtemp(join(tmpdir(), 'foretoken-'))
  onTestFinished(() => rm(root, { recursive: true }))
  const folder = join(root, 'a', 'b', 'c')
  await Promise.all([makeFolder(folder), makeFolder(folder), makeFolder(join(root, 'a', 'd'))])
  await makeFolder(folder)
  const made = await stat(folder)
  expect(made.isDirectory()).toBe(true)
  expect(made.mode & 0o777).toBe(0o700)
  await writeFile(join(root, 'file'), '')
  await expect(makeFolder(join(root, 'file'))).rejects.toMatchObject({ code: 'ERR_FILE_NOT_FOUND' })
  await expect(makeFolder(join(root, 'file', 'x'))).rejects.toMatchObject({ code: 'ERR_FILE_NOT_FOUND' })
})

test.runIf(process.platform === 'linux')('a file system that makes no folders is refused, not waited for', async () => {
  await expect(makeFolder('/proc/foretoken/state')).rejects.toThrow('cannot be made; name another place')
})
