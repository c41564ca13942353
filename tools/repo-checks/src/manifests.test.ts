import { expect, test } from 'vitest'
import { manifestFaults } from './manifests.js'
import { readTree, treeOf } from './tree.js'

test('manifests agree', () => {
  expect(manifestFaults(readTree())).toEqual([])
})

const good = {
  name: '@foretoken/a',
  license: 'MIT',
  repository: { directory: 'packages/a' },
  type: 'module',
  sideEffects: false,
  files: ['dist'],
  exports: { '.': { '@foretoken/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' } },
  publishConfig: { access: 'public', exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } } },
  engines: { node: '>=20.19' },
  scripts: { build: 'tsup --config ../../tsup.config.ts' },
}

test('a page is built by Vite', () => {
  const page = {
    ...good,
    private: true,
    exports: undefined,
    scripts: { build: 'vite build --config ../../vite.config.ts' },
  }
  const files = (manifest: object) => ({
    'packages/a/package.json': JSON.stringify(manifest),
    'packages/a/src/index.html': '',
  })
  expect(manifestFaults(treeOf(files(page)))).toEqual([])
  expect(manifestFaults(treeOf(files({ ...page, scripts: good.scripts })))).toEqual([
    'packages/a: scripts.build is not as in the other rooms',
  ])
})

test.each([
  [{}, []],
  [{ license: 'ISC' }, ['license is not as in the other rooms']],
  [
    { dependencies: { '@foretoken/contract': '^1.0.0' } },
    ['dependencies.@foretoken/contract is not as in the other rooms'],
  ],
  [
    { publishConfig: { access: 'public', exports: good.exports } },
    ['publishConfig.exports is not exports without @foretoken/source'],
  ],
  [
    { exports: { '.': { '@foretoken/source': './src/b.ts' } }, private: true },
    ['exports["."] does not match its source'],
  ],
])('finds what differs in %j', (change, faults) => {
  const tree = treeOf({
    'packages/a/package.json': JSON.stringify({ ...good, ...change }),
    'packages/a/src/index.ts': '',
  })
  expect(manifestFaults(tree)).toEqual(faults.map((fault) => `packages/a: ${fault}`))
})
