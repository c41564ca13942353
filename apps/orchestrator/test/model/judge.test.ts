import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fixtureModels } from '@foretoken/fixtures'
import type { RunComparison, RunSummary, StoredRun } from '@foretoken/judge'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { main } from '../../src/main.js'
import { memoryHost } from '../memory-host.js'

const prompt = (id: string, content: string): string => `
  - id: ${id}
    tier: T1
    messages: [{ role: user, content: '${content}' }]
    reference: 'any text'
    checker: { kind: regex, all: ['\\S'] }
    answers: { right: 'a', wrong: '' }`
const suiteOf = (...prompts: readonly string[]): string =>
  `suite: three\nversion: 1\ndescription: d\nprompts:${prompts.join('')}\n`

interface Judged {
  readonly runs: readonly RunSummary[]
  readonly failed: readonly unknown[]
}

describe('judge run', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foretoken-'))
    const three = [prompt('a', 'Write a loop.'), prompt('b', 'Name a river.'), prompt('c', 'Count to ten.')]
    await writeFile(join(folder, 'three.yaml'), suiteOf(...three))
    await writeFile(join(folder, 'two.yaml'), suiteOf(...three.slice(1)))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const call = async (...args: readonly string[]) => {
    const host = memoryHost()
    const exitCode = await main([...args, '--out', join(folder, 'results'), '--json'], host)
    return { exitCode, result: JSON.parse(host.written.stdout), stderr: host.written.stderr, host }
  }
  const judge = (suite: string, ...more: readonly string[]) => {
    const model = ['--models', fixtureModels.base.q8_0, '--threads', '1', '--max-tokens', '8']
    return call('judge', 'run', '--suite', join(folder, suite), ...model, ...more)
  }

  it('asks a model, keeps its answers, asks nothing again, and compares', async () => {
    const first = await judge('three.yaml')
    expect([first.exitCode, first.stderr]).toEqual([0, ''])
    const [summary] = (first.result as Judged).runs
    expect(summary).toMatchObject({ suite: 'three', answers: 3, scored: 3, configuration: 'default' })
    const again = await judge('three.yaml')
    expect(again.result).toEqual(first.result)

    const shown = (await call('runs', 'show', summary?.runId ?? '')).result as StoredRun
    expect(shown.rows.map(({ promptId }) => promptId)).toEqual(['a', 'b', 'c'])
    expect(shown.rows.every(({ usage }) => (usage?.completionTokens ?? 0) > 0)).toBe(true)
    const listed = await call('runs', 'list')
    expect(listed.result).toEqual({ finished: [summary], unfinished: [] })

    const seeded = await judge('three.yaml', '--seed', '1')
    const [other] = (seeded.result as Judged).runs
    const compared = await call('runs', 'compare', summary?.runId ?? '', other?.runId ?? '')
    // Greedy answers do not depend on the seed.
    expect((compared.result as RunComparison).same).toHaveLength(3)

    const [two] = ((await judge('two.yaml')).result as Judged).runs
    const refused = await call('runs', 'compare', summary?.runId ?? '', two?.runId ?? '')
    expect(refused.exitCode).toBe(2)
    expect(refused.stderr).toContain('are not those of the other run')
  }, 60_000)

  it('runs a mixture with fewer experts and with drafts, which say the same and inherit its scores', async () => {
    const model = ['--models', fixtureModels.moe.q8_0, '--threads', '1']
    const varied = ['--experts', '1', '--k', '4', '--drafter', 'lookup']
    const run = async (...more: readonly string[]) => {
      const { exitCode, result, stderr } = await call(
        'judge',
        'run',
        '--suite',
        'fixture',
        ...model,
        ...varied,
        ...more,
      )
      expect(exitCode, stderr).toBe(0)
      return (result as Judged).runs
    }
    const shown = async (summary: RunSummary | undefined) =>
      (await call('runs', 'show', summary?.runId ?? '')).result as StoredRun
    const [plain, drafted, fewer, fewerDrafted] = await run()
    const configurations = [plain, drafted, fewer, fewerDrafted].map((each) => each?.configuration)
    expect(configurations).toEqual(['default', 'lookup-k-4', 'experts-1', 'experts-1-lookup-k-4'])
    for (const each of [drafted, fewerDrafted]) expect(each?.inherited).toBeGreaterThan(20)
    expect([drafted?.passed, fewerDrafted?.passed]).toEqual([plain?.passed, fewer?.passed])
    expect(fewer?.passed).not.toBe(plain?.passed)
    const { record } = await shown(fewer)
    expect(record.engine.settings['override']).toBe('{"qwen3moe":{"expert_used_count":1}}')

    // What was inherited is what they would have said.
    const [, whole, , fewerWhole] = await run('--no-inherit')
    const texts = async (summary: RunSummary | undefined) =>
      new Map((await shown(summary)).rows.map(({ promptId, answer }) => [promptId, answer?.text]))
    expect([whole?.inherited, fewerWhole?.inherited]).toEqual([undefined, undefined])
    expect(await texts(whole)).toEqual(await texts(plain))
    expect(await texts(fewerWhole)).toEqual(await texts(fewer))
    const { speed } = (await call('runs', 'compare', plain?.runId ?? '', whole?.runId ?? '')).result as RunComparison
    expect(speed).toMatchObject({ answers: 41, one: { tokensPerStep: 1 } })
    expect(speed?.other.tokensPerStep).toBeGreaterThan(1)
  }, 120_000)
})
