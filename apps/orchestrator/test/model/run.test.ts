import { fixtureModels, fixturePath, fixturePrompts } from '@foretoken/fixtures'
import { describe, expect, test } from 'vitest'
import type { RunResult } from '../../src/index.js'
import { callJson } from '../call-json.js'

/** Drafts the same however fast the machine is. */
const drafting = ['--drafter', 'lookup', '--policy', 'windowed']

const runJson = (...args: readonly string[]) => callJson<RunResult>('run', ...args)

describe.each(['base', 'moe', 'hybrid'] as const)('the %s model, Q8_0', (name) => {
  test.each(['rename', 'quote'])('%s: the same text in less than half as many steps', async (kind) => {
    const prompts = fixturePrompts.filter((prompt) => prompt.kind === kind)
    expect(prompts.length).toBeGreaterThan(1)
    // A tiny model may answer one prompt with a few words: what counts is all of a kind.
    let tokens = 0
    let steps = 0
    for (const { id } of prompts) {
      const prompt = ['-f', fixturePath('prompts', `${id}.txt`), '--raw', '--max-tokens', '200']
      // One thread: where other programs use the cores as well, llama.cpp's threads wait for each other.
      const compare = ['--compare', '--repetitions', '1', '--threads', '1', ...drafting]
      const { exitCode, result } = await runJson(fixtureModels[name].q8_0, ...prompt, ...compare)
      expect({ id, exitCode, identical: result.identical }).toEqual({ id, exitCode: 0, identical: true })
      expect(result).toMatchObject({ deterministic: true, repetitions: 1, drafter: 'lookup' })
      expect(result.tokensPerStep).toBeCloseTo(result.tokens / result.steps)
      expect(result.acceptanceRate).toBeCloseTo(result.acceptedTokens / result.draftedTokens)
      expect(result.speedup).toBeGreaterThan(0)
      tokens += result.tokens
      steps += result.steps
    }
    expect(steps).toBeLessThan(tokens / 2)
  })
})

test('--override reaches the model: a mixture with one expert says something else', async () => {
  const texts = async (...override: readonly string[]) => {
    const answers = fixturePrompts
      .filter(({ kind }) => kind === 'quote' || kind === 'rename')
      .map(({ text }) => [
        fixtureModels.moe.q8_0,
        '-p',
        text,
        '--raw',
        '--max-tokens',
        '40',
        '--threads',
        '1',
        ...override,
      ])
    const results: string[] = []
    for (const args of answers) results.push((await runJson(...args)).result.text)
    return results
  }
  expect(await texts('--override', 'qwen3moe.expert_used_count=1')).not.toEqual(await texts())
})

test('the chat template makes of a message what the fixture spells out', async () => {
  const prompt = fixturePrompts.find(({ messages }) => messages.length === 1 && messages[0]?.role === 'user')
  const options = ['--max-tokens', '10', '--threads', '1']
  const templated = await runJson(fixtureModels.base.q8_0, '-p', prompt?.messages[0]?.content ?? '', ...options)
  const raw = await runJson(fixtureModels.base.q8_0, '-p', prompt?.text ?? '', '--raw', ...options)
  expect(templated.result.promptTokens).toBe(raw.result.promptTokens)
  expect(templated.result.text).toBe(raw.result.text)
})
