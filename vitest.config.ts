import { existsSync } from 'node:fs'
import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { findCompiler } from './native/build.mjs'
import type { Engines } from './tools/lib/engines.mjs'

declare module 'vitest' {
  interface ProvidedContext {
    readonly engines: Engines
  }
}

// Tests and benches import sibling packages from source, so nothing has to be built first.
const conditions = ['@foretoken/source', 'import', 'node', 'default']

// Where there is a compiler, a missing addon fails.
const hasNative = existsSync('native/build/foretoken.node') || findCompiler() !== undefined

// `unit` needs no model and no network; `model` runs the real llama.cpp on the fixture models, one file at a time;
// `engines` runs llama.cpp's own programs, which `npm run test:engines` builds.
const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        ssr: { resolve: { conditions, externalConditions: conditions } },
        test: {
          name: 'unit',
          include: ['{packages,apps,tools}/*/src/**/*.test.ts', 'fixtures/src/**/*.test.ts'],
          setupFiles: ['tools/repo-checks/src/unit-rules.ts'],
          // Generous, as for the model tests: no test depends on how busy the machine is.
          testTimeout: 60_000,
        },
      },
      {
        ssr: { resolve: { conditions, externalConditions: conditions } },
        test: {
          name: 'model',
          include: ['{packages,apps}/*/test/model/**/*.test.ts'],
          fileParallelism: false,
          // After the unit tests: llama.cpp takes every core.
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        ssr: { resolve: { conditions, externalConditions: conditions } },
        test: {
          name: 'engines',
          include: ['{packages,apps}/*/test/engines/**/*.test.ts'],
          globalSetup: ['tools/engines-set-up.mjs'],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        ssr: { resolve: { conditions, externalConditions: conditions } },
        test: {
          name: 'native',
          include: hasNative ? ['native/test/**/*.test.ts'] : [],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
    benchmark: { include: ['packages/*/src/**/*.bench.ts'] },
  },
})
export default config
