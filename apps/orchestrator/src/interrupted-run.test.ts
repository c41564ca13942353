import { SpeculationError } from '@foretoken/contract'
import { expect, test } from 'vitest'
import { memoryHost } from '../test/memory-host.js'
import { memoryModel } from '../test/memory-model.js'
import { main } from './main.js'
import type { RunResult } from './run-result.js'

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends with the statistics so far and exit code %i', async (name, exitCode) => {
  const host = memoryHost({ piped: 'x' })
  let steps = 0
  const model = memoryModel({
    answer: () => 'abcdefgh'.repeat(50),
    onVerify: () => void (++steps === 5 && host.signal(name)),
  })
  expect(await main(['run', 'm', '--json'], host, { loadModel: async () => model })).toBe(exitCode)
  const result = JSON.parse(host.written.stdout) as RunResult
  expect(result.finish).toBe('aborted')
  expect(result.steps).toBeGreaterThanOrEqual(4)
  expect('abcdefgh'.repeat(50).startsWith(result.text)).toBe(true)
  expect(model.open()).toBe(0)
})

test('while the model is loading it ends without statistics', async () => {
  const host = memoryHost({ piped: 'x' })
  const loadModel = async () => {
    host.signal('SIGINT')
    throw new SpeculationError('ERR_ABORTED', 'loading was cancelled')
  }
  expect(await main(['run', 'm', '--json'], host, { loadModel })).toBe(130)
  expect(JSON.parse(host.written.stdout)).toMatchObject({ error: { code: 'ERR_ABORTED' } })
})

test('a reader that had enough ends it quietly', async () => {
  const host = memoryHost({ piped: 'x' })
  const gone = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })
  let steps = 0
  const model = memoryModel({
    answer: () => 'ab'.repeat(200),
    onVerify: () => void (++steps === 3 && host.stdout.emit('error', gone)),
  })
  expect(await main(['run', 'm'], host, { loadModel: async () => model })).toBe(0)
  expect(host.written.stderr).toBe('')
  expect(model.open()).toBe(0)
})
