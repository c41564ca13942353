import { existsSync } from 'node:fs'
import { fixtureModels, fixturePath } from '@foretoken/fixtures'
import { describe, expect, test } from 'vitest'
import type { RunResult } from '../../src/index.js'
import { callJson } from '../call-json.js'

const addon = fixturePath('../native/build/foretoken.node')
const prompt = ['-f', fixturePath('prompts', 'bullets-queue.txt'), '--raw', '--threads', '1']
const run = (...args: readonly string[]) => callJson<RunResult>('run', fixtureModels.base.q8_0, ...prompt, ...args)
const draft = ['--draft', fixtureModels.draft.q8_0]

// Draft models run on the native engine only, which needs a compiler; its own room fails where there is one and no addon.
describe.runIf(existsSync(addon))('a draft model', () => {
  test.each([
    ['model', ['model']],
    ['lookup+model', ['lookup', 'model']],
  ] as const)('as %s: the same text, and who guessed how much of it', async (drafter, names) => {
    const plain = await run('--drafter', 'none')
    const { exitCode, result } = await run(...draft, '--drafter', drafter, '--policy', 'windowed')
    expect([exitCode, result.text, result.engine]).toEqual([0, plain.result.text, 'native'])
    expect(Object.keys(result.byDrafter).sort()).toEqual(names)
    for (const name of names) expect(result.byDrafter[name]?.acceptedTokens).toBeGreaterThan(0)
    expect(result.steps).toBeLessThan(result.tokens / 2)
  })

  test('weighed with auto: the same text, also sampled', async () => {
    for (const sampling of [[], ['--temp', '0.8', '--seed', '3']]) {
      const plain = await run('--drafter', 'none', ...sampling)
      const { exitCode, result } = await run(...draft, ...sampling)
      expect([exitCode, result.text]).toEqual([0, plain.result.text])
    }
  })
})
