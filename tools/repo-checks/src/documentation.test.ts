import { expect, test } from 'vitest'
import { undocumented, undocumentedDefaults } from './documentation.js'
import { readTree, treeOf } from './tree.js'

test('everything that a package exports has a doc comment', () => {
  expect(undocumented(readTree())).toEqual([])
})

test('every optional option documents its default', () => {
  expect(undocumentedDefaults(readTree())).toEqual([])
})

const index = "export { good, type AOptions, bare, over } from './a.js'\nexport { lost } from './b.js'"

test('finds an export without a doc comment', () => {
  const text = `
    /** Good. */
    export const good = 1
    // Not a doc comment.
    export function bare(): void {}
    /** The first overload. */
    export function over(a: number): void
    export function over(a: string): void
    export function internal(): void {}
    /** Good. */
    export interface AOptions {}`
  const files = { 'packages/a/src/index.ts': index, 'packages/a/src/a.ts': text }
  const whole = { 'packages/b/src/index.ts': 'export class Bare {}' }
  expect(undocumented(treeOf({ ...files, ...whole }))).toEqual([
    'packages/a/src/a.ts: bare has no doc comment',
    'packages/a/src/b.ts: lost has no doc comment',
    'packages/b/src/index.ts: Bare has no doc comment',
  ])
})

test('finds an option without a default', () => {
  const text = `
    export interface AOptions {
      readonly needed: number
      /** @defaultValue 1 */
      readonly said?: number
      /** A number. */
      readonly unsaid?: number
      readonly signal?: AbortSignal
      readonly onProgress?: (rate: number) => void
    }
    export interface PrivateOptions { readonly unsaid?: number }`
  const tree = treeOf({ 'packages/a/src/index.ts': index, 'packages/a/src/a.ts': text })
  expect(undocumentedDefaults(tree)).toEqual(['packages/a/src/a.ts: unsaid has no @defaultValue'])
})
