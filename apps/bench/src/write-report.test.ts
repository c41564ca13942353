import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../test/temporary-folder.js'
import { writeReport } from './write-report.js'

const folder = temporaryFolder()

test('makes the folder, and takes the place of an older report', async () => {
  const path = join(folder, 'new', 'report.json')
  await writeReport(path, { speed: 1 })
  await writeReport(path, { speed: 2 })

  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ speed: 2 })
  expect(readdirSync(join(folder, 'new'))).toEqual(['report.json'])
})

test('leaves nothing behind where it cannot be written', async () => {
  const path = join(folder, 'taken')
  mkdirSync(join(path, 'inside'), { recursive: true })
  const error: unknown = await writeReport(path, {}).catch((reason) => reason)

  expect(SpeculationError.is(error, 'ERR_FILE_NOT_FOUND')).toBe(true)
  expect(readdirSync(folder)).not.toContain(expect.stringContaining('.partial'))
})
