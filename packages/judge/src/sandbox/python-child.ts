import type { ChildMessage, ChildProgram, ChildTools } from './child.js'

/** Program of the child that runs Python. It is sent as text, so it uses nothing but its argument. */
export async function pythonChild({ load, readInput, hardenNode, argument }: ChildTools): Promise<void> {
  const { readFileSync, writeSync } = process.getBuiltinModule('node:fs')
  hardenNode(argument.maxMemoryBytes)
  const { loadPyodide } = (await load(argument.module)) as typeof import('pyodide')
  const making = argument.snapshot === ''
  const pyodide = await loadPyodide({
    // Nothing of JavaScript's global scope is there for `import js`.
    jsglobals: Object.create(null) as object,
    ...(making ? { _makeSnapshot: true } : { _loadSnapshot: readFileSync(argument.snapshot) }),
    stdout: () => {},
    stderr: () => {},
  })
  if (making) {
    pyodide.runPython(argument.prelude)
    process.stdout.write(pyodide.makeMemorySnapshot())
    return
  }
  const say = (message: ChildMessage) => writeSync(3, `${JSON.stringify(message)}\n`)
  const kept: Uint8Array[] = []
  let bytes = 0
  const output = () => Buffer.concat(kept).toString('utf8').slice(0, 10_000)
  const write = (chunk: Uint8Array): number => {
    bytes += chunk.length
    if (bytes <= 65_536) kept.push(chunk.slice())
    if (bytes > argument.maxOutputBytes) {
      say({ outcome: 'output', message: `more than ${argument.maxOutputBytes} bytes were printed`, output: output() })
      process.exit(0)
    }
    return chunk.length
  }
  pyodide.setStdout({ write })
  pyodide.setStderr({ write })
  const run = pyodide.globals['get']('_foretoken_run') as (code: string, tests: string) => string
  pyodide.runPython(argument.closing)
  say({ ready: true })
  const { code, tests } = JSON.parse(await readInput()) as ChildProgram
  const [outcome, message] = JSON.parse(run(code, tests)) as [
    'passed' | 'code-failed' | 'tests-failed' | 'memory',
    string,
  ]
  say({ outcome, message, output: output() })
  process.exit(0)
}
