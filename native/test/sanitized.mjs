// Usage: node test/sanitized.mjs [file …] — builds the addon with AddressSanitizer and runs the tests of lifetimes, or those
// named, on it. Every process loads the compiler's libasan first, because Node comes without.
import { execFileSync, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { findCompiler } from '../build.mjs'

const native = fileURLToPath(new URL('..', import.meta.url))
const named = process.argv.slice(2)
const files = named.length > 0 ? named : ['native/test/lifetimes.test.ts', 'native/test/soak.test.ts']

const env = { ...process.env, FORETOKEN_SANITIZE: 'address' }
execFileSync(process.execPath, ['build.mjs'], { cwd: native, env, stdio: 'inherit' })
const library = execFileSync(findCompiler(), ['-print-file-name=libasan.so'], { encoding: 'utf8' }).trim()
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--project', 'native', ...files],
  {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    // V8 keeps its objects to the end of the process, which is no leak.
    env: { ...env, LD_PRELOAD: library, ASAN_OPTIONS: 'detect_leaks=0' },
    stdio: 'inherit',
  },
)
process.exitCode = status ?? 1
