import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { subjectFaults } from './commits.js'
import { root } from './tree.js'

// The root commit has no scope, and a copy without git has no commits.
test('commit subjects say type, scope and change', () => {
  const log = ['log', '--min-parents=1', '--max-parents=1', '--format=%s']
  const { status, stdout } = spawnSync('git', log, { cwd: root, encoding: 'utf8' })
  expect(subjectFaults(status === 0 ? stdout.split('\n').filter(Boolean) : [])).toEqual([])
})

test.each(['update', 'feat: no scope', 'feat(a):no space', 'feature(a): unknown type', 'feat(a): '])(
  'finds "%s"',
  (subject) => {
    expect(subjectFaults([subject])).toEqual([subject])
  },
)

test.each(['feat(drafter-suffix)!: drop the old format', 'ci(.ci): run', 'Revert "feat(a): b"'])(
  'lets "%s" pass',
  (subject) => {
    expect(subjectFaults([subject])).toEqual([])
  },
)
