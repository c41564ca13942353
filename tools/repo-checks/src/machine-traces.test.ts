import { expect, test } from 'vitest'
import { machineTraces } from './machine-traces.js'
import { readTree, treeOf } from './tree.js'

test('no file names a path or a registry host of somebody’s machine', () => {
  expect(machineTraces(readTree())).toEqual([])
})

// Put together here, so that this file does not name one.
test.each([
  ['', 'home', 'ada', 'models'].join('/'),
  `see ${['', 'Users', 'ada'].join('/')}`,
  ['C:', 'Users', 'ada'].join('\\'),
  `https://${['registry', 'example', 'org'].join('.')}/a`,
])('finds %s', (line) => {
  expect(machineTraces(treeOf({ 'a.md': `first\n${line}` }))).toEqual([`a.md:2: ${line}`])
})

test.each(['https://example.org/home/ada', './work/a', '@foretoken/registry', '/usr/bin/env'])(
  'lets %s pass',
  (line) => {
    expect(machineTraces(treeOf({ 'a.md': line }))).toEqual([])
  },
)
