import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import { afterAll, expect, test } from 'vitest'
import { callRun } from '../test/call-run.js'
import type { RunResult } from './run-result.js'

const LINES = 'one two three\n'.repeat(10)
const folder = mkdtempSync(join(tmpdir(), 'foretoken-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('one line a step, and no partial file is left', async () => {
  const path = join(folder, 'trace.jsonl')
  const { stdout } = await callRun(['-p', LINES, '--raw', '--json', '--trace', path])
  const steps = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(steps).toHaveLength((JSON.parse(stdout) as RunResult).steps)
  expect(steps.map((step) => step.text).join('')).toBe(LINES)
  expect(steps.flatMap((step) => step.tokens)).toHaveLength(LINES.length + 1)
  expect(readdirSync(folder)).toEqual(['trace.jsonl'])
})

test('a failed run leaves the earlier file alone', async () => {
  const path = join(folder, 'trace.jsonl')
  const earlier = readFileSync(path, 'utf8')
  const failing = { onVerify: () => Promise.reject(new SpeculationError('ERR_ENGINE_LOST', 'the engine died')) }
  expect((await callRun(['-p', 'x', '--trace', path], { model: failing })).exitCode).toBe(6)
  expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual([earlier, ['trace.jsonl']])
})

test('a place where it cannot be is refused before anything is written', async () => {
  for (const [path, words] of [
    [folder, 'is a folder; name a file'],
    [join(folder, 'none', 'trace.jsonl'), 'its folder is missing or read-only'],
  ] as const) {
    const { exitCode, stdout, stderr } = await callRun(['-p', 'x', '--trace', path])
    expect([exitCode, stdout, stderr]).toEqual([3, '', expect.stringContaining(words)])
  }
})
