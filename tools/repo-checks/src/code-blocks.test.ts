import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { typeFaults } from './code-block-types.js'
import { codeBlocks, withAssertions } from './code-blocks.js'
import { readTree, root, treeOf } from './tree.js'

const blocks = codeBlocks(readTree())

describe('TypeScript blocks in the Markdown', () => {
  test.each(blocks.filter(({ run }) => run))('$path:$line runs as written', async ({ code, room }) => {
    await runBlock(code, room)
  })

  test('have no type errors', { timeout: 120_000 }, () => {
    expect(typeFaults(blocks)).toEqual([])
  })
})

test('finds the blocks, and which of them run', () => {
  const text = 'Text.\n\n```ts\na\n```\n\n```sh\nb\n```\n\n```ts no-run\nc\n```\n'
  expect(codeBlocks(treeOf({ 'packages/a/README.md': text, 'docs/b.md': '```ts\nd\n```\n' }))).toEqual([
    { path: 'packages/a/README.md', line: 3, code: 'a\n', run: true, room: 'packages/a' },
    { path: 'packages/a/README.md', line: 11, code: 'c\n', run: false, room: 'packages/a' },
    { path: 'docs/b.md', line: 1, code: 'd\n', run: true, room: 'apps/orchestrator' },
  ])
})

test.each([
  '1 + 1 // => 2',
  'const two = 1 + 1 // => 2',
  'Math.max(\n  1,\n  2,\n) // => 2',
  'for (const two of [2]) {\n  two // => 2\n}',
])('%j becomes an assertion that can fail', async (code) => {
  await runBlock(code, 'packages/contract')
  await expect(runBlock(code.replace('=> 2', '=> 3'), 'packages/contract')).rejects.toThrow('to deeply equal')
})

test('refuses a claim that would not be tested', () => {
  expect(() => withAssertions('function two() {} // => 2')).toThrow('1 of 1 "// =>"')
})

test('finds a type error', { timeout: 120_000 }, () => {
  const block = { path: 'a.md', line: 7, run: false, room: 'packages/contract' }
  const good = { ...block, code: "import { NO_TOKENS } from '@foretoken/contract'\nawait NO_TOKENS.length\n" }
  const bad = { ...block, code: 'const first = 1\nconst text: string = first\n' }
  expect(typeFaults([good, bad])).toEqual(["a.md:9: Type 'number' is not assignable to type 'string'."])
})

async function runBlock(code: string, room: string): Promise<void> {
  Object.assign(globalThis, { __expect: expect })
  const folder = mkdtempSync(join(root, room, '.scratch-'))
  try {
    writeFileSync(join(folder, 'block.ts'), withAssertions(code))
    await import(/* @vite-ignore */ join(folder, 'block.ts'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
