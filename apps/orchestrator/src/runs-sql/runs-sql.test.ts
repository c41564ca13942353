import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AnswerRow, type Review, resultsStore } from '@foretoken/judge'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { memoryHost } from '../../test/memory-host.js'
import { keepRun, memoryRow, memoryRun } from '../../test/memory-runs.js'
import { main } from '../main.js'
import { loadDuckDb } from './load-duckdb.js'
import { openResultsDatabase } from './results-database.js'
import { runsSql } from './runs-sql.js'

describe('runs sql', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sql-'))
    const store = resultsStore(folder)
    const { score: _, passed: __, answer: ___, usage: ____, ...unanswered } = memoryRow('sum-3')
    await keepRun(store, memoryRun('one', { configuration: { name: 'experts-2', settings: { experts: 2 } } }), [
      memoryRow('sum-1'),
      memoryRow('sum-2', { score: 1, passed: false, reason: 'not 3', milliseconds: 1500 }),
      unanswered,
    ])
    await keepRun(store, memoryRun('two'), [memoryRow('sum-1', { answer: answer('a "b",\nc') })])
    await using reviews = await store.openReviews('one')
    await reviews.append(review)
    // A process that was killed while it wrote.
    await appendFile(join(folder, 'runs', 'two', 'answers.jsonl'), JSON.stringify(memoryRow('sum-2')))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const review: Review = {
    ...{ promptId: 'sum-2', repetition: 0, reviewer: 'Ada', score: 2, remark: 'nearly' },
    reviewedAt: '2026-01-02T03:04:05.000Z',
  }
  const answer = (text: string): AnswerRow['answer'] & object => ({ text, finish: 'stop', toolCalls: [] })

  async function sql(statement: string, ...options: readonly string[]) {
    const host = memoryHost()
    const exitCode = await main(['runs', 'sql', statement, '--out', folder, ...options], host)
    return { exitCode, ...host.written }
  }
  const rows = async (statement: string): Promise<unknown> => {
    const { stdout } = await sql(statement, '--json')
    return JSON.parse(stdout).rows
  }

  it('has a row for each run and for each whole answer', async () => {
    expect(await rows('select run_id, model, configuration, answers, finished from runs order by 1')).toEqual([
      { run_id: 'one', model: 'one.gguf', configuration: 'experts-2', answers: 3, finished: false },
      { run_id: 'two', model: 'two.gguf', configuration: 'default', answers: 1, finished: false },
    ])
    const scores = 'select run_id, suite, prompt, tier, score, passed, tokens, ms, reason from scores order by 1, 3'
    const common = { suite: 'sums', score: 3, passed: true, tokens: 20, ms: 500, reason: 'as expected' }
    const open = { score: null, passed: null, tokens: null }
    expect(await rows(scores)).toEqual([
      { run_id: 'one', prompt: 'sum-1', tier: 'T1', ...common },
      { run_id: 'one', prompt: 'sum-2', tier: 'T2', ...common, score: 1, passed: false, ms: 1500, reason: 'not 3' },
      { run_id: 'one', prompt: 'sum-3', tier: 'T3', ...common, ...open },
      { run_id: 'two', prompt: 'sum-1', tier: 'T1', ...common },
    ])
  })

  it('reads JSON and times as such', async () => {
    const run = "select (settings->>'experts')::int as experts, hour(started_at) as hour from runs where run_id = 'one'"
    expect(await rows(run)).toEqual([{ experts: 2, hour: 3 }])
    const calls = "select tool_calls, minute(started_at) as minute from answers where run_id = 'two'"
    expect(await rows(calls)).toEqual([{ tool_calls: '[]', minute: 4 }])
  })

  it('has what people say of answers beside what checkers say', async () => {
    const statement =
      'select prompt, scores.score, reviews.score as review, reviewer, remark from scores join reviews using (run_id, prompt, repetition)'
    expect(await rows(statement)).toEqual([{ prompt: 'sum-2', score: 1, review: 2, reviewer: 'Ada', remark: 'nearly' }])
  })

  it('prints a table, CSV and one JSON object', async () => {
    const statement = "select prompt, text, sum(score) as total from scores where run_id = 'two' group by all"
    expect((await sql(statement)).stdout).toBe('prompt  text      total\nsum-1   a "b",⏎c      3\n')
    const long = "select 2 / 3 as part, 1e300 as large, repeat('a', 70) as long, '\u001b[31m' as colour"
    const row = `0.666667  1e+300  ${'a'.repeat(59)}…  \\u{1b}[31m\n`
    expect((await sql(long)).stdout.split(/(?<=\n)/)[1]).toBe(row)
    expect((await sql(statement, '--csv')).stdout).toBe('prompt,text,total\r\nsum-1,"a ""b"",\nc",3\r\n')
    expect(JSON.parse((await sql(statement, '--json')).stdout)).toEqual({
      columns: [
        { name: 'prompt', type: 'VARCHAR' },
        { name: 'text', type: 'VARCHAR' },
        { name: 'total', type: 'HUGEINT' },
      ],
      rows: [{ prompt: 'sum-1', text: 'a "b",\nc', total: 3 }],
    })
    expect((await sql(statement, '--csv', '--json')).exitCode).toBe(2)
  })

  it('tells in DuckDB’s words what is wrong with a statement', async () => {
    const wrong = await sql('select nothing from scores')
    expect(wrong).toMatchObject({ exitCode: 2, stdout: '' })
    expect(wrong.stderr).toContain('Referenced column "nothing" not found in FROM clause')
    expect(wrong.stderr).toContain('ERR_OPTION_INVALID')
    expect((await sql('select 1; select 2')).stderr).toContain('Cannot prepare multiple statements')
    expect((await sql('selec 1', '--json')).stdout).toContain('"code":"ERR_OPTION_INVALID"')
  })

  it.each([
    ['reads a file', "select * from read_text('/etc/hostname')", 'file system operations are disabled'],
    ['reads a list of files', "select * from glob('/*')", 'file system operations are disabled'],
    ['writes a file', "copy runs to 'here.csv'", 'file system operations are disabled'],
    ['opens a database', "attach 'here.db'", 'only read'],
    ['loads an extension', 'load httpfs', 'only read'],
    ['lifts the ban', 'set enable_external_access = true', 'only read'],
    ['changes what is kept', 'delete from answers', 'only read'],
    ['drops what is kept', 'drop table answers', 'only read'],
  ])('refuses a statement that %s', async (_, statement, words) => {
    const { exitCode, stderr } = await sql(statement)
    expect(exitCode).toBe(2)
    expect(stderr).toContain(words)
  })

  it('gives up where the result is too large or the user has had enough', async () => {
    const large = await sql('select range from range(100001)')
    expect(large).toMatchObject({ exitCode: 4, stdout: '' })
    // Before the store is read, while it is read, and in the statement.
    for (const delayMs of [0, 10, 200]) {
      const host = memoryHost()
      const statement = 'select sum(sin(range)) from range(100000000000)'
      const ending = runsSql({ statement, out: folder }, host, async () => {
        setTimeout(() => host.signal('SIGINT'), delayMs)
        return loadDuckDb()
      })
      expect(await ending).toBe(130)
      expect(host.written).toMatchObject({ stdout: '', stderr: expect.stringContaining('interrupted') })
    }
  })

  it('says where there are no results', async () => {
    const run = runsSql({ statement: 'select 1', out: join(folder, 'nowhere') }, memoryHost())
    await expect(run).rejects.toThrow('nowhere has no runs; name the folder of the results with --out')
  })

  it('says how DuckDB is installed where it is not', async () => {
    const missing = Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' })
    const run = runsSql({ statement: 'select 1', out: folder }, memoryHost(), () => Promise.reject(missing))
    await expect(run).rejects.toThrow('npm install --global @duckdb/node-api')
    const broken = loadDuckDb(() => Promise.reject(new Error('libduckdb.so: wrong ELF class')))
    await expect(broken).rejects.toThrow('cannot be loaded here: libduckdb.so: wrong ELF class')
  })

  it('shows queries that run', async () => {
    const { stdout } = await sql('select 1', '--help')
    const statements = [...stdout.matchAll(/runs sql "([^"]+)"/g)].map(([, statement = '']) => statement)
    expect(statements).toHaveLength(3)
    for (const statement of statements) expect((await sql(statement)).exitCode, statement).toBe(0)
  })

  it('keeps every text as it is', async () => {
    const store = resultsStore(await mkdtemp(join(folder, 'texts-')))
    const texts = fc.sample(fc.string({ unit: 'binary' }), { numRuns: 20, seed: 1 })
    await keepRun(
      store,
      memoryRun('texts'),
      texts.map((text, repetition) => memoryRow('sum-1', { repetition, answer: answer(text) })),
    )
    using database = await openResultsDatabase(store, await loadDuckDb())
    const { rows: kept } = await database.query('select text from answers order by repetition')
    // A file holds no half of a character.
    expect(kept).toEqual(texts.map((text) => [Buffer.from(text).toString()]))
  })
})
