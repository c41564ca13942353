import { realpath, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { assertInteger } from '@foretoken/contract'
import type { SandboxProgram, SandboxReport } from '../sandbox-port.js'
import { javascriptChild } from './javascript-child.js'
import { javascriptPrelude } from './javascript-harness.js'
import { pythonChild } from './python-child.js'
import { type Limits, makeSnapshot, pythonStart, type Snapshot } from './python-start.js'
import { runInChild } from './run-in-child.js'
import { startChild } from './start-child.js'

/** Options of {@link codeSandbox}. */
export interface CodeSandboxOptions {
  /**
   * Most memory of a program, in bytes (64 MiB to 2 GiB).
   * @defaultValue 512 MiB
   */
  readonly maxMemoryBytes?: number
  /**
   * Bytes that a program may print before it is stopped (1,000 to 100,000,000).
   * @defaultValue 1,000,000
   */
  readonly maxOutputBytes?: number
  /**
   * Longest start of an interpreter, in milliseconds (1,000 to 600,000).
   * @defaultValue 120,000
   */
  readonly maxStartMs?: number
}

/** Runs code of a model, each program in a process of its own that is gone afterwards. */
export interface CodeSandbox extends AsyncDisposable {
  run(program: SandboxProgram): Promise<SandboxReport>
}

/**
 * A sandbox for JavaScript (QuickJS) and Python (Pyodide): WebAssembly without a way to JavaScript, in a Node.js process
 * without files, network, processes and `eval`. The first Python program takes seconds more, in which the interpreter's
 * memory is written to a private folder; disposing removes it.
 */
export function codeSandbox(options: CodeSandboxOptions = {}): CodeSandbox {
  const { maxMemoryBytes = 512 * 2 ** 20, maxOutputBytes = 1_000_000, maxStartMs = 120_000 } = options
  assertInteger('maxMemoryBytes', maxMemoryBytes, { min: 64 * 2 ** 20, max: 2 ** 31 })
  assertInteger('maxOutputBytes', maxOutputBytes, { min: 1_000, max: 100_000_000 })
  assertInteger('maxStartMs', maxStartMs, { min: 1_000, max: 600_000 })
  const limits = { maxMemoryBytes, maxOutputBytes }
  let snapshot: Promise<Snapshot> | undefined
  return {
    async run({ language, timeoutMs, ...program }) {
      assertInteger('timeoutMs', timeoutMs, { min: 1, max: 600_000 })
      if (language === 'javascript') return runJavascript({ ...program, timeoutMs }, limits, maxStartMs)
      snapshot ??= makeSnapshot(maxStartMs)
      const { file } = await snapshot
      const { argument, readable } = await pythonStart(limits, file)
      return runInChild(startChild(pythonChild, argument, readable), { ...program, timeoutMs }, maxStartMs)
    },
    async [Symbol.asyncDispose]() {
      const made = await snapshot?.catch(() => undefined)
      if (made) await rm(made.folder, { recursive: true, force: true })
    },
  }
}

async function runJavascript(
  program: { code: string; tests: string; timeoutMs: number },
  limits: Limits,
  maxStartMs: number,
): Promise<SandboxReport> {
  const entry = await realpath(createRequire(import.meta.url).resolve('quickjs-emscripten'))
  // QuickJS is four packages side by side; all of them are public.
  const modules = entry.slice(0, entry.indexOf('node_modules') + 'node_modules'.length)
  const argument = {
    ...limits,
    module: pathToFileURL(entry).href,
    snapshot: '',
    prelude: javascriptPrelude,
    closing: '',
  }
  return runInChild(startChild(javascriptChild, argument, [join(modules, '*')]), program, maxStartMs)
}
