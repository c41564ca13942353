import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Drafter } from '@foretoken/contract'
import { testDrafter } from '@foretoken/contract/conformance'
import { afterAll, expect, test } from 'vitest'
import { drafterFiles } from '../../lib/drafter-files.mjs'
import { changesetFaults } from './changesets.js'
import { typeFaults } from './code-block-types.js'
import { undocumented } from './documentation.js'
import { floorFaults } from './floors.js'
import { manifestFaults } from './manifests.js'
import { readmeFaults } from './readme.js'
import { shapeFaults } from './shape.js'
import { readTree, root, treeOf } from './tree.js'

const model = JSON.parse(readTree().get('packages/drafter-lookup/package.json') ?? '') as object
const files = drafterFiles('last-follower', 'Drafts what followed each token the last time', model)
const source = files['packages/drafter-last-follower/src/index.ts'] ?? ''

// It lies in a room that can import what a drafter imports.
const folder = mkdtempSync(join(root, 'packages/contract/.scratch-'))
afterAll(() => rmSync(folder, { recursive: true }))
writeFileSync(join(folder, 'index.ts'), source)
const { lastFollowerDrafter } = (await import(/* @vite-ignore */ join(folder, 'index.ts'))) as {
  lastFollowerDrafter: () => Drafter
}

testDrafter({ create: lastFollowerDrafter })

test('a new drafter keeps the house style', () => {
  const tree = treeOf(files)
  const checks = [changesetFaults, floorFaults, manifestFaults, readmeFaults, shapeFaults, undocumented]
  expect(checks.flatMap((check) => check(tree))).toEqual([])
})

test.each(Object.entries(files).filter(([path]) => !path.startsWith('.changeset/')))(
  '%s is formatted',
  (path, text) => {
    const options = { cwd: root, encoding: 'utf8', input: text } as const
    const { stdout } = spawnSync(join(root, 'node_modules/.bin/biome'), ['check', '--stdin-file-path', path], options)
    expect(stdout).toBe(text)
  },
)

test('a new drafter has no type errors', { timeout: 120_000 }, () => {
  expect(typeFaults([{ path: 'index.ts', line: 0, code: source, run: false, room: 'packages/contract' }])).toEqual([])
})
