// Usage: npm test — sets up, then runs every check and every test. The last line says `N passed, N failed`.
// In CI (CI=true) a skipped test fails, unless .ci/skips gives the reason.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { checkMachine } from './lib/machine.mjs'
import { build, install } from './lib/set-up.mjs'
import { root, runCommand, runStage } from './lib/stage.mjs'
import { countTests, unexcusedSkips } from './lib/test-report.mjs'

checkMachine()
const passed = []
const failed = []
note('install packages', await install())
// Without packages there is nothing to check with.
if (failed.length > 0) finish({ passed: 0, failed })
const built = await build()
note('build', built)
note('lint', await node('lint', '@biomejs/biome/bin/biome', 'check'))
note('types', await node('types', 'typescript/bin/tsc', '-p', '.'))
note('unused', await node('unused files, exports and dependencies', 'knip/bin/knip.js'))
note('changesets', await runStage('changesets', process.execPath, ['tools/check-changesets.mjs']))
// What has not been built cannot be packed.
if (built) note('packages', await runStage('packed packages', process.execPath, ['tools/check-packages.mjs']))

const report = join(root, 'node_modules/.cache/foretoken/vitest.json')
rmSync(report, { force: true })
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
const { exitCode } = await runCommand(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...reporters])
const tests = countTests(readReport(), exitCode)
const skips = process.env.CI ? unexcusedSkips(tests.skipped, readFileSync(join(root, '.ci/skips'), 'utf8')) : []
for (const name of skips) process.stdout.write(`Skipped without a reason in .ci/skips: ${name}\n`)
finish({ passed: passed.length + tests.passed, failed: [...failed, ...tests.failed, ...skips] })

function note(stage, ok) {
  ;(ok ? passed : failed).push(stage)
}

function node(title, bin, ...args) {
  return runStage(title, process.execPath, [join('node_modules', bin), ...args])
}

function readReport() {
  try {
    return JSON.parse(readFileSync(report, 'utf8'))
  } catch {
    return undefined
  }
}

function finish({ passed, failed }) {
  if (failed.length > 0) process.stdout.write(`Failed:\n${failed.map((name) => `  ${name}\n`).join('')}`)
  process.stdout.write(`${passed} passed, ${failed.length} failed\n`)
  process.exit(failed.length === 0 ? 0 : 1)
}
