import { realpath, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { SandboxReport } from '../sandbox-port.js'
import { pythonChild } from './python-child.js'
import { makeSnapshot, pythonStart, type Snapshot } from './python-start.js'
import { runInChild } from './run-in-child.js'
import { startChild } from './start-child.js'

// What holds when the first layer does not: here Python still has its bridge to JavaScript, `ctypes` and `os.system`.

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })
let snapshot: Snapshot
beforeAll(async () => {
  snapshot = await makeSnapshot(240_000)
})
afterAll(() => rm(snapshot.folder, { recursive: true }))

async function run(code: string): Promise<SandboxReport> {
  const limits = { maxMemoryBytes: 2 ** 28, maxOutputBytes: 10_000 }
  const { argument, readable } = await pythonStart(limits, snapshot.file, '')
  return runInChild(startChild(pythonChild, argument, readable), { code, tests: '', timeoutMs: 60_000 }, 240_000)
}

it('gives the bridge nothing to hold on to but the interpreter', async () => {
  const folder = await realpath(dirname(createRequire(import.meta.url).resolve('pyodide/package.json')))
  const tries = `
import js, pyodide_js, os
from pyodide.code import run_js
tries = {
  'global scope': lambda: js.process,
  'eval': lambda: run_js('1 + 1'),
  'Function': lambda: pyodide_js.constructor.constructor('return process')(),
  'mount': lambda: (pyodide_js.FS.mkdir('/out'), pyodide_js.FS.mount(pyodide_js.FS.filesystems.NODEFS, {'root': '/etc'}, '/out'), open('/out/passwd').read()),
  'mountNodeFS': lambda: (pyodide_js.mountNodeFS('/outside', '/etc'), open('/outside/passwd').read()),
  'listing': lambda: (pyodide_js.mountNodeFS('/all', '/'), os.listdir('/all')[0]),
  'own folder, which may be read': lambda: (pyodide_js.mountNodeFS('/own', '${folder}'), os.listdir('/own')),
  'own folder, which may not be written': lambda: (os.mkdir('/own/new'), os.listdir('/own').index('new')),
}
for name, attempt in tries.items():
    try:
        print('PASSED', name, str(attempt())[:80])
    except BaseException as error:
        print('refused', name, type(error).__name__)
`
  const { output } = await run(tries)
  const verdicts = output
    .trim()
    .split('\n')
    .filter((line) => /^(?:PASSED|refused) /.test(line))
  expect(verdicts.map((line) => line.split(' ')[0])).toEqual([...Array(6).fill('refused'), 'PASSED', 'refused'])
})

it.each([
  [
    'C code that evaluates JavaScript',
    "import ctypes\nctypes.CDLL(None).emscripten_run_script(b'1')",
    'Code generation from strings disallowed',
  ],
  ['a shell', "import os\nos.system('echo out')", 'Access to this API has been restricted'],
])('stops %s', async (_, code, message) => {
  const report = await run(code)
  expect(report.outcome).toBe('crashed')
  expect(report.message).toContain(message)
})
