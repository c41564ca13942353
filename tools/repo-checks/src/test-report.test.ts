import { expect, test } from 'vitest'
import { machineFault } from '../../lib/machine.mjs'
import { countTests, unexcusedSkips } from '../../lib/test-report.mjs'

const test1 = (status: string, title: string) => ({ status, title, ancestorTitles: ['group'] })

test('counts what passed, failed and was skipped', () => {
  const report = {
    testResults: [
      {
        name: '/x/packages/a/src/a.test.ts',
        status: 'failed',
        assertionResults: [test1('passed', '1'), test1('failed', '2')],
      },
      { name: '/x/apps/b/src/b.test.ts', status: 'failed', assertionResults: [] },
      {
        name: '/x/tools/c/src/c.test.ts',
        status: 'passed',
        assertionResults: [test1('skipped', '3'), test1('todo', '4')],
      },
    ],
  }
  expect(countTests(report, 1)).toEqual({
    passed: 1,
    failed: ['packages/a/src/a.test.ts > group > 2', 'apps/b/src/b.test.ts'],
    skipped: ['tools/c/src/c.test.ts > group > 3', 'tools/c/src/c.test.ts > group > 4'],
  })
})

test('a run that fails without a failed test, or without a report, counts as one failure', () => {
  expect(countTests({ testResults: [] }, 1).failed).toEqual(['vitest (exit code 1)'])
  expect(countTests(undefined, 1).failed).toEqual(['vitest (exit code 1)'])
})

test('a skip needs a line with a reason', () => {
  const names = ['a.test.ts > (gpu) > runs', 'b.test.ts > runs']
  expect(unexcusedSkips(names, '# comment\n\n')).toEqual(names)
  expect(unexcusedSkips(names, '(gpu) > * — needs a GPU\n')).toEqual(['b.test.ts > runs'])
  expect(() => unexcusedSkips(names, 'runs\n')).toThrow('must be "test name pattern — reason"')
})

test.each([
  ['20.18.1', true, 'needs Node.js 20.19 or newer, this is 20.18.1'],
  ['18.20.0', true, 'needs Node.js 20.19 or newer, this is 18.20.0'],
  ['20.19.0', false, 'needs git'],
  ['24.0.0', true, ''],
])('on Node %s with git %s the set-up says "%s"', (version, git, fault) => {
  expect(machineFault(version, git)).toContain(fault)
  expect(machineFault(version, git) === '').toBe(fault === '')
})
