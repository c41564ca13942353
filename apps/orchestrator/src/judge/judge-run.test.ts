import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunSummary } from '@foretoken/judge'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memoryHost } from '../../test/memory-host.js'
import { memoryModel } from '../../test/memory-model.js'
import { main } from '../main.js'

const suite = `
suite: sums
version: 1
description: Sums
prompts:
  - id: two
    tier: T1
    messages: [{ role: user, content: 'What is 1 + 1?' }]
    reference: '2'
    checker: { kind: numeric, value: 2 }
    answers: { right: '2', wrong: '3' }
  - id: three
    tier: T1
    messages: [{ role: user, content: 'What is 1 + 2?' }]
    reference: '3'
    checker: { kind: numeric, value: 3 }
    answers: { right: '3', wrong: '2' }
`

describe('judge run', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'judge-'))
    await writeFile(join(folder, 'sums.yaml'), suite)
    await writeFile(join(folder, 'a.gguf'), 'weights')
  })
  afterEach(() => rm(folder, { recursive: true }))

  async function judge(onPrompt: (host: ReturnType<typeof memoryHost>, count: number) => void) {
    const host = memoryHost()
    let asked = 0
    const model = memoryModel({
      answer: () => {
        onPrompt(host, ++asked)
        return 'It is 2.'
      },
      engine: 'native',
    })
    const files = ['--suite', join(folder, 'sums.yaml'), '--models', join(folder, 'a.gguf'), '--out', join(folder, 'r')]
    const exitCode = await main(['judge', 'run', ...files], host, { loadModel: async () => model })
    return { exitCode, model, ...host.written }
  }

  it('says how to go on when it is interrupted, and goes on', async () => {
    const interrupted = await judge((host, count) => {
      if (count === 2) host.signal('SIGINT')
    })
    expect(interrupted.exitCode).toBe(130)
    expect(interrupted.stderr).toContain('the same command goes on from there')
    expect(interrupted.model.open()).toBe(0)
    const resumed = await judge(() => {})
    expect(resumed).toMatchObject({ exitCode: 0, stderr: '' })
    expect(resumed.model.prompts).toHaveLength(1)
    expect(resumed.stdout).toMatch(/1 of 2 passed, mean score 2\.00, \d+ tokens\/s\n$/)
  })

  it('takes the scores of the run without drafts where a sample is the same, and says so', async () => {
    const prompts = ['a', 'b', 'c', 'd', 'e', 'f'].map(
      (id) => `
  - id: ${id}
    tier: T1
    messages: [{ role: user, content: 'Say ${id}.' }]
    reference: any
    checker: { kind: regex, all: ['${id}'] }
    answers: { right: ${id}, wrong: x }`,
    )
    await writeFile(
      join(folder, 'letters.yaml'),
      `suite: letters\nversion: 1\ndescription: d\nprompts:${prompts.join('')}`,
    )
    const files = [
      '--suite',
      join(folder, 'letters.yaml'),
      '--models',
      join(folder, 'a.gguf'),
      '--out',
      join(folder, 'r'),
    ]
    const run = async (...more: readonly string[]) => {
      const host = memoryHost()
      const model = memoryModel({ answer: (prompt) => prompt.repeat(8), engine: 'native' })
      const ports = { loadModel: async () => model }
      const exitCode = await main(['judge', 'run', ...files, '--json', ...more], host, ports)
      const { runs } = JSON.parse(host.written.stdout || '{}') as { readonly runs: readonly RunSummary[] }
      return { exitCode, stderr: host.written.stderr, runs, asked: model.prompts.length, open: model.open() }
    }
    const drafts = ['--k', '4', '--drafter', 'lookup']
    const both = await run(...drafts)
    expect([both.exitCode, both.open]).toEqual([0, 0])
    expect(both.stderr).toContain('the same answers, so it has the scores of letters.a.default')
    expect(both.runs).toMatchObject([
      { configuration: 'default', passed: 6, tokensPerStep: 1 },
      { configuration: 'lookup-k-4', passed: 6, inherited: 2 },
    ])
    // Six without drafts and a sample of four with them; the sampled ones are drafted well.
    expect(both.asked).toBe(10)
    expect(both.runs[1]?.tokensPerStep).toBeGreaterThan(2)
    const whole = await run(...drafts, '--no-inherit')
    expect([whole.asked, whole.runs[1]?.inherited]).toEqual([6, undefined])
    expect((await run('--drafter', 'lookup')).stderr).toContain('--drafter is about drafting; add draft lengths')
    expect((await run('--k', '4', '--drafter', 'none')).stderr).toContain('--k needs a drafter')
    expect((await run('--k', '4', '--drafter', 'looking')).stderr).toContain('there is no drafter "looking"')
    expect((await run('--k', '65')).exitCode).toBe(2)
  })

  it('asks nothing when all is answered', async () => {
    await judge(() => {})
    const again = await judge(() => {})
    expect(again.model.prompts).toEqual([])
    expect(again.stdout).toContain('1 of 2 passed')
  })
})
