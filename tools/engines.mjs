// Usage: npm run test:engines — builds llama.cpp's own programs once, in a cache outside the checkout, then runs the tests
// that need them: {packages,apps}/*/test/engines, among them those of serve's page, in Chromium. Arguments are vitest's. The
// last line says `N passed, N failed`.

import { missingBrowser } from './lib/browser.mjs'
import { buildEngines } from './lib/engines.mjs'
import { checkMachine } from './lib/machine.mjs'
import { build, buildNative, install } from './lib/set-up.mjs'
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
const missing = await missingBrowser()
if (missing !== '') {
  process.stderr.write(`${missing}\n`)
  finish({ passed: 0, failed: ['find a browser'] })
}
// Browsers ask the built program.
if (!(await build())) finish({ passed: 0, failed: ['build'] })
finish(await runTests('--project=engines', ...process.argv.slice(2)))
