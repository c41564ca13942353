// Usage: npm test — sets up, then runs every check and every test but those of `npm run test:engines`. The last line says
// `N passed, N failed`. In CI (CI=true) a skipped test fails, unless .ci/skips gives the reason.
import { join } from 'node:path'
import { checkMachine } from './lib/machine.mjs'
import { build, buildNative, install } from './lib/set-up.mjs'
import { runStage } from './lib/stage.mjs'
import { finish, runTests } from './lib/test-run.mjs'

checkMachine()
const passed = []
const failed = []
note('install packages', await install())
// Without packages there is nothing to check with.
if (failed.length > 0) finish({ passed: 0, failed })
const built = await build()
note('build', built)
note('build the native engine', await buildNative())
note('lint', await node('lint', '@biomejs/biome/bin/biome', 'check'))
note('types', await node('types', 'typescript/bin/tsc', '-p', '.'))
note('types of the page', await node('types of the page', 'typescript/bin/tsc', '-p', 'apps/dashboard'))
note('unused', await node('unused files, exports and dependencies', 'knip/bin/knip.js'))
note('changesets', await runStage('changesets', process.execPath, ['tools/check-changesets.mjs']))
// What has not been built cannot be packed.
if (built) note('packages', await runStage('packed packages', process.execPath, ['tools/check-packages.mjs']))

const tests = await runTests('--project=!engines')
finish({ passed: passed.length + tests.passed, failed: [...failed, ...tests.failed] })

function note(stage, ok) {
  ;(ok ? passed : failed).push(stage)
}

function node(title, bin, ...args) {
  return runStage(title, process.execPath, [join('node_modules', bin), ...args])
}
