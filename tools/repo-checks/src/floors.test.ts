import { expect, test } from 'vitest'
import { floorFaults } from './floors.js'
import { readTree, treeOf } from './tree.js'

test('rooms import from lower floors only', () => {
  expect(floorFaults(readTree())).toEqual([])
})

const manifest = (name: string, dependencies: readonly string[] = []): string =>
  JSON.stringify({ name, dependencies: Object.fromEntries(dependencies.map((dependency) => [dependency, '*'])) })

test.each([
  {
    name: 'a manifest that depends on a sibling',
    files: { 'packages/drafter-a/package.json': manifest('@foretoken/drafter-a', ['@foretoken/drafter-b']) },
    fault: 'packages/drafter-a/package.json may not depend on @foretoken/drafter-b',
  },
  {
    name: 'a source that imports a higher floor',
    files: { 'packages/speculate/src/a.ts': "import { b } from '@foretoken/runner-llamacpp/b'" },
    fault: 'packages/speculate/src/a.ts may not import @foretoken/runner-llamacpp/b',
  },
  {
    name: 'a package that imports an app',
    files: { 'packages/speculate/src/a.ts': "export * from 'foretoken'" },
    fault: 'packages/speculate/src/a.ts may not import foretoken',
  },
  {
    name: 'a source that imports the fixtures',
    files: { 'packages/speculate/src/a.ts': "await import('@foretoken/fixtures')" },
    fault: 'packages/speculate/src/a.ts may not import @foretoken/fixtures',
  },
  {
    name: 'a path into another room',
    files: { 'packages/speculate/src/a.ts': "import { b } from '../../contract/src/b.js'" },
    fault: 'packages/speculate/src/a.ts may not import ../../contract/src/b.js',
  },
])('finds $name', ({ files, fault }) => {
  const house = {
    'apps/orchestrator/package.json': manifest('foretoken'),
    'packages/speculate/package.json': manifest('@foretoken/speculate', ['@foretoken/contract']),
    'packages/speculate/src/a.test.ts': "import '@foretoken/fixtures'\nimport '@foretoken/contract/conformance'",
  }
  expect(floorFaults(treeOf({ ...house, ...files }))).toEqual([fault])
})
