import { expect, test } from 'vitest'
import { changesetFaults } from './changesets.js'
import { readTree, treeOf } from './tree.js'

test('every published package has a changeset or a changelog', () => {
  expect(changesetFaults(readTree())).toEqual([])
})

test('finds a package without one, a package that is not there and an empty text', () => {
  const tree = treeOf({
    'packages/a/package.json': '{ "name": "@foretoken/a" }',
    'packages/b/package.json': '{ "name": "@foretoken/b" }',
    'packages/b/CHANGELOG.md': '',
    'packages/c/package.json': '{ "name": "@foretoken/c", "private": true }',
    '.changeset/one.md': "---\n'@foretoken/b': minor\n'@foretoken/d': patch\n---\n\nB is faster.\n",
    '.changeset/two.md': "---\n'@foretoken/b': minor\n---\n",
    '.changeset/three.md': "---\n'@foretoken/b': huge\n---\n\nB is huge.\n",
  })
  expect(changesetFaults(tree)).toEqual([
    '.changeset/two.md does not say what changes',
    '.changeset/three.md names no package',
    '.changeset/one.md: there is no package @foretoken/d',
    'packages/a has neither a changeset nor a CHANGELOG.md',
  ])
})
