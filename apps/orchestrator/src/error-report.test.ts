import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { errorTable, SpeculationError } from '@foretoken/contract'
import { afterAll, expect, test } from 'vitest'
import { callRun } from '../test/call-run.js'
import { memoryHost } from '../test/memory-host.js'
import { main } from './main.js'

const folder = mkdtempSync(join(tmpdir(), 'foretoken-'))
afterAll(() => rmSync(folder, { recursive: true }))

test.each(Object.entries(errorTable))('%s: one sentence with its cure, its exit code', async (code, entry) => {
  const host = memoryHost({ piped: 'x' })
  const loadModel = () => Promise.reject(new SpeculationError(code as keyof typeof errorTable, 'what went wrong'))
  const exitCode = await main(['run', 'm', '--json'], host, { loadModel })
  const { error } = JSON.parse(host.written.stdout)
  const interrupted = 'foretoken: interrupted before there was anything to show'
  expect(host.written.stderr).toBe(
    `${code === 'ERR_ABORTED' ? interrupted : `foretoken: what went wrong; ${error.cure} (${code})`}\n`,
  )
  expect(error).toMatchObject({ code, message: 'what went wrong' })
  expect(error.cure).not.toBe('')
  expect(exitCode).toBe(entry.exitCode)
})

test.each([
  [['--drafer', 'none'], "unknown option '--drafer' (did you mean --drafter?)", ''],
  [['--drafter', 'lokup'], 'there is no drafter "lokup"', 'known are auto, lookup, suffix, model, none'],
  [['--k', 'many'], '--k must be an integer from 1 to 64, got "many"', ''],
  [['extra'], "too many arguments for 'run'. Expected 1 argument but got 2", ''],
  [['-p'], "option '-p, --prompt <text>' argument missing", ''],
  [['-p', 'x', '-f', 'y'], '-p and -f both name a prompt', 'give one of them'],
  [['--raw', '--system', 'x'], '--system needs the chat template', 'leave --raw out'],
  [['--compare', '--drafter', 'none'], '--compare needs a drafter', 'leave --drafter none out'],
  [['--compare', '--trace', 'x'], '--trace records one run', 'leave --compare out'],
  [['--repetitions', '2'], '--repetitions counts the runs of --compare', 'add that'],
  [['--grammar', 'x', '--json-schema', '{}'], '--grammar and --json-schema both shape the text', 'give one of them'],
  [['-p', ''], 'the prompt is empty', 'give one with -p, -f or on standard input'],
])('%j is refused before the model is loaded', async (args, message, ownCure) => {
  const { exitCode, stdout, stderr, model } = await callRun(args)
  const cure = ownCure || 'see foretoken run --help'
  expect(stderr).toBe(`foretoken: ${message}; ${cure} (ERR_OPTION_INVALID)\n`)
  expect([exitCode, stdout, model.prompts]).toEqual([2, '', []])
  const json = await callRun(['--json', ...args])
  expect([json.exitCode, json.stderr]).toEqual([2, stderr])
  expect(JSON.parse(json.stdout)).toEqual({ error: { code: 'ERR_OPTION_INVALID', message, cure } })
})

test.each(['--json', '--raw', '--compare'])('%s at a terminal asks for a prompt', async (option) => {
  const host = memoryHost()
  expect(await main(['run', 'm', option], host)).toBe(2)
  expect(host.written.stderr).toContain(`${option} needs a prompt`)
})

test('files that cannot be read or written are named', async () => {
  const missing = await callRun(['-f', join(folder, 'none.txt')])
  expect([missing.exitCode, missing.stderr]).toEqual([3, expect.stringContaining('none.txt cannot be read')])
  const unwritable = await callRun(['-p', 'x', '--trace', join(folder, 'none', 'trace')])
  expect([unwritable.exitCode, unwritable.stderr]).toEqual([3, expect.stringContaining('cannot be written')])
})

test('a model without a chat template names --raw', async () => {
  const { exitCode, stderr } = await callRun(['-p', 'x'], { model: { hasChatTemplate: false } })
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('use --raw')])
})

test('a prompt longer than the context', async () => {
  const { exitCode, stderr, model } = await callRun(['-p', 'x'.repeat(200)], { model: { contextTokens: 100 } })
  expect(exitCode).toBe(4)
  expect(stderr).toContain('shorten the prompt or raise the context size (ERR_CONTEXT_FULL)')
  expect(model.open()).toBe(0)
})

test('a fault is one line; the stack is for who asks', async () => {
  const loadModel = () => Promise.reject(new TypeError('x is not\n a function'))
  const host = memoryHost({ piped: 'x' })
  expect(await main(['run', 'm'], host, { loadModel })).toBe(70)
  expect(host.written.stderr.split('\n')).toHaveLength(2)
  expect(host.written.stderr).toContain('unexpected fault: x is not a function')
  const debug = memoryHost({ piped: 'x', env: { FORETOKEN_DEBUG: '1' } })
  await main(['run', 'm'], debug, { loadModel })
  expect(debug.written.stderr).toMatch(/\n {4}at /)
})
