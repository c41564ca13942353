// Usage: npm run test:engines — builds llama.cpp's own programs once, in a cache outside the checkout, then runs the tests
// that need them: {packages,apps}/*/test/engines. Arguments are vitest's. The last line says `N passed, N failed`.
import { buildEngines } from './lib/engines.mjs'
import { checkMachine } from './lib/machine.mjs'
import { buildNative, install } from './lib/set-up.mjs'
import { finish, runTests } from './lib/test-run.mjs'

checkMachine()
if (!(await install())) finish({ passed: 0, failed: ['install packages'] })
try {
  const { folder } = await buildEngines()
  process.stderr.write(`llama.cpp: ${folder}\n`)
  // Only now is there a compiler for certain.
  if (!(await buildNative())) finish({ passed: 0, failed: ['build the native engine'] })
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  finish({ passed: 0, failed: ['build llama.cpp'] })
}
finish(await runTests('--project=engines', ...process.argv.slice(2)))
