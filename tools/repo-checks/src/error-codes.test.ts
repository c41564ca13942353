import { errorTable } from '@foretoken/contract'
import { expect, test } from 'vitest'
import { unlistedCodes } from './error-codes.js'
import { readTree, treeOf } from './tree.js'

test('every error code that is thrown or described is in the error table', () => {
  expect(unlistedCodes(readTree(), Object.keys(errorTable))).toEqual([])
})

test('finds a code that is not in the table', () => {
  const tree = treeOf({
    'packages/a/src/a.ts': "throw new SpeculationError('ERR_NEW', `ERR_OLD is not meant`)\nis(error, 'ERR_OLD')",
    'packages/a/README.md': 'Throws `ERR_OLD` or `ERR_GONE`.',
  })
  expect(unlistedCodes(tree, ['ERR_OLD'])).toEqual([
    'packages/a/src/a.ts: ERR_NEW is not in the error table',
    'packages/a/README.md: ERR_GONE is not in the error table',
  ])
})
