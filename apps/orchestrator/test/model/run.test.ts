import { fixtureModels, fixturePath, fixturePrompts } from '@foretoken/fixtures'
import { describe, expect, test } from 'vitest'
import { main, type RunResult } from '../../src/index.js'
import { memoryHost } from '../memory-host.js'

const copying = fixturePrompts.filter(({ kind }) => kind === 'rename' || kind === 'quote')

/** `foretoken run … --json` in this process, on the real model. */
async function runJson(...args: readonly string[]): Promise<{ readonly exitCode: number; readonly result: RunResult }> {
  const host = memoryHost({ piped: '' })
  const exitCode = await main(['run', ...args, '--json'], host)
  expect(host.written.stderr).toBe('')
  return { exitCode, result: JSON.parse(host.written.stdout) as RunResult }
}

describe.each(['base', 'moe', 'hybrid'] as const)('the %s model, Q8_0', (name) => {
  test.each(copying)('$id: the same text in less than half as many steps', async ({ id }) => {
    const prompt = ['-f', fixturePath('prompts', `${id}.txt`), '--raw', '--max-tokens', '200']
    const { exitCode, result } = await runJson(fixtureModels[name].q8_0, ...prompt, '--compare', '--repetitions', '1')
    expect(exitCode).toBe(0)
    expect(result).toMatchObject({ identical: true, repetitions: 1, drafter: 'lookup', engine: 'node-llama-cpp' })
    expect(result.tokens).toBeGreaterThan(10)
    expect(result.steps).toBeLessThan(result.tokens / 2)
    expect(result.tokensPerStep).toBeCloseTo(result.tokens / result.steps)
    expect(result.acceptanceRate).toBeCloseTo(result.acceptedTokens / result.draftedTokens)
    expect(result.speedup).toBeGreaterThan(0)
  })
})
