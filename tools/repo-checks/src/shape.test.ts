import { expect, test } from 'vitest'
import { shapeFaults } from './shape.js'
import { readTree, treeOf } from './tree.js'

test('source files are short and index files only re-export', () => {
  expect(shapeFaults(readTree())).toEqual([])
})

test('finds a long file and a busy index file', () => {
  const tree = treeOf({
    'packages/a/src/long.ts': 'x\n'.repeat(301),
    'packages/a/src/index.ts': "export { x } from './x.js'\nexport const y = 1",
    'packages/b/src/index.ts': "export * from './x.js'",
    'packages/b/src/x.ts': 'x\n'.repeat(300),
    'packages/whole/src/index.ts': 'export const whole = 1',
    'packages/whole/src/index.test.ts': '',
  })
  expect(shapeFaults(tree)).toEqual([
    'packages/a/src/long.ts has more than 300 lines',
    'packages/a/src/index.ts does more than re-export by name',
    'packages/b/src/index.ts does more than re-export by name',
  ])
})
