import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root, runCommand } from './stage.mjs'
import { countTests, unexcusedSkips } from './test-report.mjs'

/** Runs vitest with its own output; in CI (CI=true) a skipped test fails, unless .ci/skips gives the reason. */
export async function runTests(...options) {
  const report = join(root, 'node_modules/.cache/foretoken/vitest.json')
  rmSync(report, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const args = ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...options]
  const { exitCode } = await runCommand(process.execPath, args)
  const tests = countTests(readReport(report), exitCode)
  const skips = process.env.CI ? unexcusedSkips(tests.skipped, readFileSync(join(root, '.ci/skips'), 'utf8')) : []
  for (const name of skips) process.stdout.write(`Skipped without a reason in .ci/skips: ${name}\n`)
  return { passed: tests.passed, failed: [...tests.failed, ...skips] }
}

/** Ends the process with the counts as the last line. */
export function finish({ passed, failed }) {
  if (failed.length > 0) process.stdout.write(`Failed:\n${failed.map((name) => `  ${name}\n`).join('')}`)
  process.stdout.write(`${passed} passed, ${failed.length} failed\n`)
  process.exit(failed.length === 0 ? 0 : 1)
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}
