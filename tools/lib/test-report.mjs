/** Counts a run of vitest from its JSON report: how many tests passed, which failed, which did not run. */
export function countTests(report, exitCode) {
  const tests = (report?.testResults ?? []).flatMap(testsOf)
  const named = (wanted) => tests.filter(({ status }) => status === wanted).map(({ name }) => name)
  const failed = named('failed')
  // An error outside of every test fails the run alone, and so does a run that ends before its report.
  if (exitCode !== 0 && failed.length === 0) failed.push(`vitest (exit code ${exitCode})`)
  return { passed: named('passed').length, failed, skipped: named('skipped') }
}

function testsOf({ name: file, status: outcome, assertionResults }) {
  const path = file.replace(/^.*\/(?=(packages|apps|fixtures|tools|native)\/)/, '')
  const tests = assertionResults.map(({ status, ancestorTitles, title }) => ({
    name: [path, ...ancestorTitles, title].join(' > '),
    status: status === 'passed' || status === 'failed' ? status : 'skipped',
  }))
  // A file that cannot be loaded has no test that could fail.
  const unexplained = outcome === 'failed' && !tests.some(({ status }) => status === 'failed')
  return unexplained ? [...tests, { name: path, status: 'failed' }] : tests
}

/**
 * Which skipped tests no line of .ci/skips excuses. A line is `pattern — reason`; in the pattern `*` stands for
 * anything, and it may match any part of `file > group > test`. Lines that begin with # are comments.
 */
export function unexcusedSkips(names, skips) {
  const lines = skips.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const patterns = lines.map((line) => {
    const [pattern, reason = ''] = line.split(' — ')
    if (reason.trim() === '') throw new Error(`.ci/skips: a line must be "test name pattern — reason", got "${line}"`)
    return new RegExp(
      pattern
        .trim()
        .split('*')
        .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
        .join('.*'),
    )
  })
  return names.filter((name) => !patterns.some((pattern) => pattern.test(name)))
}
