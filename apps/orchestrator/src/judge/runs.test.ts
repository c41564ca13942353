import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AnswerRow, type ResultsStore, type RunRecord, resultsStore, summarizeRun } from '@foretoken/judge'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memoryHost } from '../../test/memory-host.js'
import { memoryRow, memoryRun, tieredSuite } from '../../test/memory-runs.js'
import { main } from '../main.js'

describe('runs', () => {
  let folder: string
  let store: ResultsStore
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'runs-'))
    store = resultsStore(folder)
  })
  afterEach(() => rm(folder, { recursive: true }))

  /** Stores a run whose prompts pass or fail as told. */
  async function stored(runId: string, passes: readonly boolean[], changes: Partial<RunRecord> = {}, finish = true) {
    const path = { path: '/models/a.gguf', bytes: 1000, hash: 'ab'.repeat(32) }
    const record = memoryRun(runId, { model: path, ...changes })
    await using run = await store.open(record, tieredSuite)
    for (const [index, passed] of passes.entries()) await run.append(answerTo(index, passed))
    if (finish) await store.finish(summarizeRun(record, run.rows, '2026-01-02T03:04:06.000Z'))
  }

  const call = async (...args: readonly string[]) => {
    const host = memoryHost()
    const exitCode = await main(['runs', ...args, '--out', folder], host)
    return { exitCode, ...host.written }
  }
  const json = async (...args: readonly string[]) => JSON.parse((await call(...args, '--json')).stdout)

  it('compares a run with another, or with the baseline of its suite and model', async () => {
    await stored('sums.a.default.000000000001', [true, true, true])
    await stored('sums.a.default.000000000002', [true, false, true])
    const missing = await call('compare', '000000000002')
    expect([missing.exitCode, missing.stderr]).toEqual([
      2,
      expect.stringContaining('has no baseline default; name a second run, or make one the baseline'),
    ])
    expect((await call('baseline', '000000000001')).stdout).toContain('is the baseline default of sums by a.gguf')
    expect((await json('baseline')).baselines).toMatchObject([
      { name: 'default', runId: 'sums.a.default.000000000001' },
    ])
    const [alone, named] = [
      await call('compare', '000000000002'),
      await call('compare', 'sums.a.default.000000000001', '000000000002'),
    ]
    expect(alone).toEqual(named)
    expect(alone.stdout).toContain('worse: 1\n  sum-2 (T2): 3.00 → 1.00\n')
    expect(alone.stdout).toMatch(/right +│ wrong\n/)
    expect(alone.stdout).toContain('(McNemar, exact: p = 1.000)')
    expect(await json('compare', '000000000002')).toMatchObject({
      one: 'sums.a.default.000000000001',
      worse: [{ promptId: 'sum-2', answers: ['right', 'wrong'] }],
      nonInferiority: { nonInferior: false, margin: 0.25 },
    })
  })

  it('refuses an unfinished baseline and a name that may be several', async () => {
    await stored('sums.a.default.000000000001', [true], {}, false)
    await stored('sums.a.default.000000000002', [true])
    expect((await call('baseline', '000000000001')).stderr).toContain('is not finished')
    expect((await call('show', 'sums.a')).stderr).toContain(
      'sums.a may be sums.a.default.000000000001 or sums.a.default.000000000002; name one',
    )
    expect(await call('show', 'coder')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('has no run coder'),
    })
    expect((await call('compare', '000000000002', '--baseline', '../x')).exitCode).toBe(2)
  })

  it('says what models are ready for, by the last run of each suite', async () => {
    const few = { configuration: { name: 'experts-2', settings: { experts: 2 } } }
    await stored('sums.a.default.000000000001', [true, false, true])
    await stored('sums.a.default.000000000002', [true, true, false])
    await stored('sums.a.experts-2.000000000003', [true, true, true], few)
    const { stdout } = await call('readiness')
    expect(stdout).toBe(`a.gguf · default: T1 1 of 1, T2 1 of 1, T3 0 of 1 passed in 1 run
  worker        ready
  orchestrator  not ready: T3: 0 of 1 passed, 1 are needed
a.gguf · experts-2: T1 1 of 1, T2 1 of 1, T3 1 of 1 passed in 1 run
  worker        ready
  orchestrator  ready
`)
    const named = await json('readiness', '000000000001', '000000000002')
    expect(named.models).toMatchObject([
      { tiers: { T2: { answers: 2, passed: 1 } }, roles: { worker: { ready: false } } },
    ])
  })

  it('hands answers to people and takes back what they say', async () => {
    await stored('sums.a.default.000000000001', [true, false, true])
    const table = join(folder, 'table.csv')
    expect((await call('reviews', '000000000001', '--export', table)).stdout).toContain('3 answers of sums.a.default')
    const text = await readFile(table, 'utf8')
    expect((await call('reviews', '000000000001')).stdout).toBe(text)
    expect((await call('reviews', '000000000001', '--blind')).stdout).toMatch(/,right,,,,\n$/)
    expect(text).toContain('What is 1 + 1?')
    // The first answer is worth less, the second is left, the third confirmed.
    const lines = text.trimEnd().split('\n')
    const said = [
      lines[0],
      lines[1]?.replace(/3,,$/, '2,ann,"brief, but"'),
      lines[2],
      lines[3]?.replace(/,,$/, ',ann,'),
    ]
    await writeFile(table, said.join('\n'))
    const imported = await call('reviews', '000000000001', '--import', table)
    expect(imported.stdout).toBe(
      '2 reviews added, 0 were there\nann on 2 answers: mean score 2.50, here 3.00, 50 % the same, kappa 0.00 (quadratic)\n',
    )
    expect(await json('reviews', '000000000001', '--import', table)).toMatchObject({ added: 0, known: 2 })
    expect((await call('show', '000000000001')).stdout).toContain('ann on 2 answers')
    await writeFile(table, `${lines[0]}\n${lines[1]?.replace(/3,,$/, '9,ann,')}`)
    const refused = await call('reviews', '000000000001', '--import', table)
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('table.csv:2: the score must be') })
  })

  it('shows how much repetitions differ', async () => {
    const record = memoryRun('twice', { repetitions: 2 })
    {
      await using run = await store.open(record, tieredSuite)
      for (const [index, passes] of [
        [true, true],
        [true, false],
        [false, false],
      ].entries()) {
        for (const [repetition, passed] of passes.entries())
          await run.append({ ...answerTo(index, passed), repetition })
      }
    }
    const { stdout } = await call('show', 'twice')
    expect(stdout).toContain('points by repetition: 78 %, 56 %; 67 % of 3 prompts always have the same score\n')
  })

  it('shows answers when asked, and nothing that drives a terminal', async () => {
    await stored('sums.a.default.000000000001', [true, false, true])
    {
      await using run = await store.open(memoryRun('x'), tieredSuite)
      await run.append({ ...answerTo(0, true), answer: { text: '\u001b[2Jtwo\nlines', finish: 'stop', toolCalls: [] } })
    }
    expect((await call('show', '000000000001')).stdout).not.toContain('| right')
    expect((await call('show', '000000000001', '--answers')).stdout).toContain('   | right\n')
    const { stdout } = await call('show', 'x', '--answers')
    expect(stdout).toContain('   | \\u{1b}[2Jtwo\n   | lines')
    expect(stdout).toContain('1 of 3 answers')
  })
})

function answerTo(index: number, passed: boolean): AnswerRow {
  const answer = { text: passed ? 'right' : 'wrong', finish: 'stop', toolCalls: [] } as const
  return memoryRow(`sum-${index + 1}`, { passed, score: passed ? 3 : 1, answer })
}
