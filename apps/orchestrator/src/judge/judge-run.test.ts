import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

  it('asks nothing when all is answered', async () => {
    await judge(() => {})
    const again = await judge(() => {})
    expect(again.model.prompts).toEqual([])
    expect(again.stdout).toContain('1 of 2 passed')
  })
})
