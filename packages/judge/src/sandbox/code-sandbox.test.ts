import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { SandboxReport } from '../sandbox-port.js'
import { codeSandbox } from './code-sandbox.js'

const sandbox = codeSandbox({ maxMemoryBytes: 128 * 2 ** 20, maxOutputBytes: 100_000 })
afterAll(() => sandbox[Symbol.asyncDispose]())

// Interpreters start in less than a second of computing; on a busy machine that can take long.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })
beforeAll(() => sandbox.run({ language: 'python', code: '', tests: '', timeoutMs: 60_000 }))

function run(
  language: 'javascript' | 'python',
  code: string,
  tests: string,
  timeoutMs = 60_000,
): Promise<SandboxReport> {
  return sandbox.run({ language, code, tests, timeoutMs })
}

describe('JavaScript', () => {
  it('passes what is right and says what is wrong', async () => {
    const code = 'const add = (a, b) => a + b'
    expect(await run('javascript', code, 'assert.equal(add(1, 2), 3); console.log({ a: 1 })')).toMatchObject({
      outcome: 'passed',
      output: '{"a":1}\n',
    })
    const wrong = await run('javascript', code, 'assert.deepEqual([add(1, 2)], [4])')
    expect(wrong).toMatchObject({ outcome: 'tests-failed', message: 'Error: expected [4], got [3]' })
    expect(await run('javascript', 'const a = ', '')).toMatchObject({ outcome: 'code-failed' })
    expect(await run('javascript', 'const f = async () => 1', 'assert.equal(await f(), 1)')).toMatchObject({
      outcome: 'passed',
    })
  })

  it.each([
    ['an endless loop', 'while (true);', 'timeout'],
    ['a promise that never comes', '', 'tests-failed', 'await new Promise(() => {})'],
    ['4 GB', 'const all = []; while (true) all.push(new Uint8Array(1e6))', 'memory'],
    ['a flood', "while (true) console.log('x'.repeat(1000))", 'output'],
    ['a deep recursion', 'const f = () => f() + 1; f()', 'code-failed'],
  ])('stops %s', async (_, code, outcome, tests = '') => {
    expect((await run('javascript', code, tests, outcome === 'timeout' ? 500 : 60_000)).outcome).toBe(outcome)
  })

  it('has nothing of Node.js', async () => {
    const names = ['process', 'require', 'fetch', 'WebAssembly', 'std', 'os', 'Deno', 'Buffer', 'setTimeout', '__print']
    const tests = names.map((name) => `assert(typeof globalThis.${name} === 'undefined', '${name}')`).join('\n')
    const evaluation = "assert.throws(() => (() => {}).constructor('return process')())"
    const imports = "let failed = false; try { await import('fs') } catch { failed = true } assert(failed, 'import')"
    expect(await run('javascript', '', [tests, evaluation, imports].join('\n'))).toMatchObject({
      message: '',
      outcome: 'passed',
    })
  })
})

describe('Python', () => {
  it('passes what is right and says what is wrong, as HumanEval tests', async () => {
    const code = 'def add(a, b):\n    """ adds """\n    return a + b\n'
    const tests = 'def check(candidate):\n    assert candidate(1, 2) == 3\n    print("ok")\n\ncheck(add)'
    expect(await run('python', code, tests)).toMatchObject({ outcome: 'passed', output: 'ok\n' })
    expect(await run('python', code, 'assert add(1, 2) == 4, "four"')).toMatchObject({
      outcome: 'tests-failed',
      message: 'AssertionError: four',
    })
    expect(await run('python', 'def f(:', '')).toMatchObject({
      outcome: 'code-failed',
      message: /^SyntaxError/ as unknown,
    })
  })

  it('has no bridge, no C, no files and no processes', async () => {
    const report = await run('python', attacks, '')
    expect(report.output.split('\n').filter((line) => !line.startsWith('refused '))).toEqual([''])
    expect(report.output.split('\n').length).toBeGreaterThan(25)
    expect(report.outcome).toBe('passed')
  })

  it.each([
    ['an endless loop', 'while True: pass', 'timeout'],
    ['4 GB', 'x = bytearray(1 << 30)', 'memory'],
    ['a list that grows', 'x = [0]\nwhile True: x += x', 'memory'],
    ['a flood', 'while True: print("x" * 1000)', 'output'],
    ['an exit', 'import sys\nsys.exit(0)', 'code-failed'],
    ['an exit of the process', 'import os\nos._exit(0)', 'crashed'],
  ])('stops %s', async (_, code, outcome) => {
    expect((await run('python', code, '', outcome === 'timeout' ? 500 : 60_000)).outcome).toBe(outcome)
  })
})

/** Each line is tried by itself and has to fail. */
const attacks = `
import sys, os, gc
tries = '''
import js
import pyodide_js
import pyodide
import _pyodide_core
import pyodide.code
import _pyodide._base
import ctypes
import _ctypes
import _posixsubprocess
import _socket
__import__('importlib').reload(__import__('_imp')).create_builtin
__import__('importlib.machinery').machinery.BuiltinImporter.load_module('_ctypes')
__import__('importlib.util').util.module_from_spec(__import__('importlib.machinery').machinery.ModuleSpec('_ctypes', __import__('importlib.machinery').machinery.BuiltinImporter, origin='built-in'))
__import__('importlib.machinery').machinery.ExtensionFileLoader('x', '/lib/x.so').load_module()
os.system('echo out')
os.popen('echo out')
os.fork()
os.execv('/bin/sh', ['sh'])
os.kill(1, 9)
__import__('subprocess').run(['echo', 'out'])
__import__('multiprocessing').Process(target=print).start()
__import__('socket').create_connection(('127.0.0.1', 80))
__import__('urllib.request').request.urlopen('http://127.0.0.1/')
__import__('threading').Thread(target=print).start()
open('/etc/passwd')
open('/proc/self/environ')
os.listdir('/proc/self/root')
os.listdir('/mnt')
next(o for o in gc.get_objects() if type(o).__module__.startswith('pyodide') and hasattr(o, 'FS'))
next(o for o in gc.get_objects() if type(o).__name__ == 'module' and 'create_proxy' in vars(o))
next(o for o in gc.get_objects() if type(o).__name__ == 'module' and 'FS' in dir(o))
next(o for o in gc.get_objects() if 'JsProxy' in type(o).__name__ and hasattr(o, 'constructor'))
next(f for f in sys._current_frames().values() if 'pyodide' in f.f_globals)
(1).__class__.__base__.__subclasses__()[[c.__name__ for c in (1).__class__.__base__.__subclasses__()].index('JsProxy')]().constructor
'''
for line in tries.strip().split('\\n'):
    try:
        exec(line, {'os': os, 'gc': gc, 'sys': sys})
        print('PASSED', line)
    except BaseException as error:
        print('refused', type(error).__name__, line[:60].replace('\\n', ' '))
`
