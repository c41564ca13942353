import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type AnswerRow, baselines, type RunRecord, resultsStore, type StoredRun, summarizeRun } from '@foretoken/judge'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { memoryHost } from '../../test/memory-host.js'
import { keepRun, memoryRow, memoryRun, tieredSuite } from '../../test/memory-runs.js'
import { attribute, cellsOf, find, type PageElement, pageElements, textOf } from '../../test/parsed-page.js'
import { main } from '../main.js'
import { reportData } from './report-data.js'
import { wilsonInterval } from './wilson-interval.js'

const answer = (text: string): AnswerRow['answer'] & object => ({ text, finish: 'stop', toolCalls: [] })
const generation = (generateMs: number) => ({ generateMs, steps: 10, draftedTokens: 0, acceptedTokens: 0 })
const wrong = { score: 1, passed: false, reason: 'expected 3, got 4' } as const
const { score: _, passed: __, ...unscored } = memoryRow('sum-3', { reason: 'a judge must score it' })

/** Three runs of one suite: finished with two answers a prompt, finished, and stopped. */
const runs: readonly StoredRun[] = [
  {
    record: memoryRun('base', { repetitions: 2 }),
    rows: [
      memoryRow('sum-1', { generation: generation(1000) }),
      memoryRow('sum-2', wrong),
      unscored,
      memoryRow('sum-1', { repetition: 1 }),
      memoryRow('sum-2', { repetition: 1 }),
      { ...unscored, repetition: 1, truncated: true },
    ],
  },
  {
    record: memoryRun('fast', {
      configuration: { name: 'experts-2', settings: { experts: 2 } },
      startedAt: '2026-01-03T00:00:00.000Z',
    }),
    rows: [
      memoryRow('sum-1', { ...wrong, answer: answer('It is <b>4</b>.'), generation: generation(500) }),
      memoryRow('sum-2'),
      memoryRow('sum-3', { score: 0, passed: false }),
    ],
  },
  { record: memoryRun('stopped', { startedAt: '2026-01-04T00:00:00.000Z' }), rows: [memoryRow('sum-1')] },
]

describe('runs report', () => {
  let folder: string
  let path: string
  let elements: readonly PageElement[]
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'report-'))
    path = join(folder, 'report.html')
    const store = resultsStore(join(folder, 'results'))
    for (const { record, rows } of runs) {
      await keepRun(store, record, rows)
      if (record.runId !== 'stopped') await store.finish(summarizeRun(record, rows, record.startedAt))
    }
    await using reviews = await store.openReviews('fast')
    const reviewedAt = '2026-01-05T00:00:00.000Z'
    await reviews.append({ promptId: 'sum-3', repetition: 0, reviewer: 'Ada', score: 2, remark: 'nearly', reviewedAt })
    const told = await report()
    expect(told).toMatchObject({ exitCode: 0, stderr: '' })
    expect(told.stdout).toContain(`Wrote ${path}: 3 runs, 10 answers,`)
    expect(told.stdout).toContain(`Open it in a browser: ${pathToFileURL(path)}`)
    elements = pageElements(await readFile(path, 'utf8'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  async function report(...options: readonly string[]) {
    const host = memoryHost()
    const args = ['runs', 'report', ...options, '--out', join(folder, 'results')]
    const exitCode = await main(options.includes('--html') ? args : [...args, '--html', path], host)
    return { exitCode, ...host.written }
  }
  const captioned = (caption: string): readonly (readonly string[])[] => {
    const tables = elements.filter(({ tagName }) => tagName === 'table')
    const table = tables.find((one) => textOf(find(one, 'caption')[0] as PageElement) === caption)
    return cellsOf(table as PageElement)
  }
  const figureOf = (title: string): PageElement =>
    elements.find((one) => one.tagName === 'figure' && textOf(one).includes(title)) as PageElement
  /** Numbers of an attribute of all elements of a name, as shares of the axis. */
  const along = (figure: PageElement, tag: string, name: string): readonly number[] =>
    find(figure, tag).flatMap((one) => {
      const value = attribute(one, name)
      return value === undefined ? [] : [(Number(value) - 34) / (340 - 2 * 34)]
    })
  const closeTo = (values: readonly number[]): readonly unknown[] => values.map((value) => expect.closeTo(value, 5))
  const [half, sure] = [wilsonInterval(0.5, 1), wilsonInterval(1, 1)]

  it('has all runs at a glance', () => {
    expect(captioned('Runs by suite')).toEqual([
      ['Run', 'Model, configuration, engine', 'sums v1'],
      ['A', 'base.ggufdefault · native', '75 %T1 100 % · T2 50 % · T3 –'],
      ['B', 'fast.ggufexperts-2 · native', '33 %T1 0 % · T2 100 % · T3 0 %'],
      ['C', 'stopped.ggufdefault · native', '100 %T1 100 %not finished: 1 answer'],
    ])
  })

  it('says what each is ready for', () => {
    const missing = (tier: string, passed: number, needed: number) =>
      `${tier}: ${passed} of ${tier === 'T1' ? 1 : 2} passed, ${needed} are needed`
    const rows = captioned('Answers that passed, and roles that they suffice for')
    expect(rows.map((row) => row.slice(1))).toEqual([
      ['T1', 'T2', 'T3', 'Ready as worker', 'Ready as orchestrator'],
      [
        '2 of 2',
        '1 of 2',
        '0 of 2',
        `not ready${missing('T2', 1, 2)}`,
        `not ready${missing('T2', 1, 2)}${missing('T3', 0, 2)}`,
      ],
      ['0 of 1', '1 of 1', '0 of 1', `not ready${missing('T1', 0, 1)}`, expect.stringContaining('not ready')],
      ['1 of 1', '0 of 0', '0 of 0', 'not readyT2 was not asked1 of its runs not finished', expect.anything()],
    ])
    const [section] = elements.filter((one) => attribute(one, 'id') === 'readiness') as [PageElement]
    expect(textOf(section)).toContain('The worker needs 100 % of T1, 75 % of T2.')
  })

  it('has every figure of a suite with its interval', () => {
    const within = (share: number, prompts: number): string => {
      const { low, high } = wilsonInterval(share, prompts)
      return `${Math.round(100 * share)} % (${Math.round(100 * low)}–${Math.round(100 * high)})`
    }
    const [none, one] = [within(0, 1), within(1, 1)]
    const head = ['Run', 'Answers', 'T1', 'T2', 'T3', 'All passed', 'Mean score', 'No score', 'Truncated', 'Tokens/s']
    expect(captioned('sums v1: shares with 95 % intervals')).toEqual([
      head,
      ['A', '6 of 6', one, within(0.5, 1), '–', within(0.75, 2), '2.50', '2', '1', '20.0'],
      ['B', '3 of 3', none, one, none, within(1 / 3, 3), '1.33', '0', '0', '40.0'],
      ['C', '1 of 3 (not finished)', one, '–', '–', one, '3.00', '0', '0', '–'],
    ])
  })

  it('plots what passed, and says it in a table', () => {
    const figure = figureOf('Passed, by tier')
    expect(along(figure, 'circle', 'cx')).toEqual(closeTo([1, 0, 1, 0.5, 1, 0]))
    const lows = [sure.low, 0, sure.low, half.low, sure.low, 0]
    const highs = [1, 1 - sure.low, 1, half.high, 1, 1 - sure.low]
    const lines = find(figure, 'g').find((one) => attribute(one, 'aria-label') === 'rule') as PageElement
    expect(along(lines, 'line', 'x1')).toEqual(closeTo(lows))
    expect(along(lines, 'line', 'x2')).toEqual(closeTo(highs))
    const rows = captioned('sums v1: passed, by tier').slice(1)
    expect(rows.map(([run, tier, passed, share]) => [run, tier, passed, share])).toEqual([
      ['A', 'T1', '2 of 2', '100 %'],
      ['A', 'T2', '1 of 2', '50 %'],
      ['B', 'T1', '0 of 1', '0 %'],
      ['B', 'T2', '1 of 1', '100 %'],
      ['B', 'T3', '0 of 1', '0 %'],
      ['C', 'T1', '1 of 1', '100 %'],
    ])
    expect(rows[1]?.[4]).toBe(`${Math.round(100 * half.low)} % to ${Math.round(100 * half.high)} %`)
  })

  it('plots the scores, and says them in a table', () => {
    expect(captioned('sums v1: answers by score')).toEqual([
      ['Run', '3', '2', '1', '0', 'none'],
      ['A', '3', '0', '1', '0', '2'],
      ['B', '1', '0', '1', '1', '0'],
      ['C', '1', '0', '0', '0', '0'],
    ])
    const bars = find(figureOf('Share of all answers by score'), 'rect').map((bar) => ({
      colour: attribute(bar, 'fill'),
      share: Number(attribute(bar, 'width')) / (340 - 2 * 34),
    }))
    const bar = (score: string, share: number) => ({ colour: `var(--s-${score})`, share: expect.closeTo(share, 2) })
    const third = 1 / 3
    const expected = [bar('3', 0.5), bar('3', third), bar('3', 1), bar('1', 1 / 6), bar('1', third)]
    const shown = bars.filter(({ share }) => share > 0.01)
    expect(shown).toHaveLength(7)
    expect(shown).toEqual(expect.arrayContaining([...expected, bar('0', third), bar('none', third)]))
  })

  it('plots speed and quality, and says them in a table', () => {
    expect(captioned('sums v1: speed and quality')).toEqual([
      ['Run', 'Tokens/s', 'Passed'],
      ['A', '20.0', '75 %'],
      ['B', '40.0', '33 %'],
    ])
    expect(along(figureOf('Speed and quality'), 'circle', 'cx')).toEqual(closeTo([20 / 44, 40 / 44]))
  })

  it('compares runs with the first, answers side by side', () => {
    const [comparison] = elements.filter((one) => attribute(one, 'class') === 'comparison') as [PageElement]
    expect(textOf(comparison)).toContain('1 better, 1 worse, 0 the same, 1 without a score in one of them')
    expect(textOf(comparison)).toContain('Mean difference of the scores: −0.50')
    expect(textOf(comparison)).toContain('Prompts passed by one only: 1 gained, 1 lost')
    expect(textOf(comparison)).toContain('Speed: 2.00 ×')
    const pairs = find(comparison, 'details', 'prompt')
    expect(pairs.map((pair) => textOf(find(pair, 'summary')[0] as PageElement))).toEqual([
      'sum-2 T2\n2.00 → 3.00',
      'sum-1 T1\n3.00 → 1.00',
    ])
    const texts = find(pairs[1] as PageElement, 'article').map((one) => textOf(find(one, 'pre')[0] as PageElement))
    expect(texts).toEqual(['It is sum-1.', 'It is <b>4</b>.'])
  })

  it('shows every prompt with each answer, its score and the reason', () => {
    const prompts = elements.filter(
      (one) => attribute(one, 'class') === 'prompt' && find(one, 'div', 'asked').length > 0,
    )
    expect(prompts).toHaveLength(tieredSuite.prompts.length)
    for (const [index, { id, messages, reference }] of tieredSuite.prompts.entries()) {
      const prompt = prompts[index] as PageElement
      const asked = find(find(prompt, 'div', 'asked')[0] as PageElement, 'pre').map(textOf)
      expect(asked).toEqual([messages[0]?.content, reference])
      const rows = runs.flatMap((run) => run.rows.filter(({ promptId }) => promptId === id))
      const answers = find(prompt, 'article')
      expect(answers.map((one) => find(one, 'pre').map(textOf))).toEqual(
        rows.map((row) => [row.answer?.text, row.reason, ...(row.score === 0 ? ['nearly'] : [])]),
      )
      expect(answers.map((one) => textOf(find(one, 'span', 'score')[0] as PageElement))).toEqual(
        rows.map(({ score }) => `${score ?? '–'}`),
      )
    }
  })

  it('shows what people say of an answer', () => {
    const said = elements.filter((one) => one.tagName === 'p' && textOf(one).startsWith('Reviewed by'))
    expect(said.map(textOf)).toEqual(['Reviewed by Ada: 2'])
  })

  it('compares named runs only, and prints facts as JSON', async () => {
    const html = join(folder, 'two.html')
    const { stdout } = await report('stopped', 'fast', '--html', html, '--json')
    const size = (await readFile(html)).length
    expect(JSON.parse(stdout)).toEqual({
      ...{ report: html, url: pathToFileURL(html).href, bytes: size },
      ...{ runs: ['stopped', 'fast'], suites: ['sums v1'], answers: 4, comparisons: 1 },
    })
    const page = textOf(pageElements(await readFile(html, 'utf8'))[0] as PageElement)
    expect(page).toContain('B fast.gguf · experts-2 against A stopped.gguf · default')
  })

  it('compares a run with the baseline or the first of its model, and that with the first of all', async () => {
    const store = resultsStore(join(folder, 'models'))
    const model = (name: string) => ({ path: `/${name}.gguf`, bytes: 1, hash: name.repeat(16) })
    const records = [
      memoryRun('run-1', { model: model('a'), startedAt: '2026-01-01T00:00:00.000Z' }),
      memoryRun('run-2', { model: model('b'), startedAt: '2026-01-02T00:00:00.000Z' }),
      memoryRun('run-3', { model: model('b'), startedAt: '2026-01-03T00:00:00.000Z' }),
      memoryRun('run-4', { model: model('b'), startedAt: '2026-01-04T00:00:00.000Z', baseline: 'run-3' }),
    ]
    for (const record of records) await keepRun(store, record, [memoryRow('sum-1')])
    const out = join(folder, 'models')
    const pairs = async (...names: readonly string[]) => {
      const { suites } = await reportData(store, out, names)
      return suites.flatMap(({ comparisons }) =>
        comparisons.map(({ one, other }) => `${other.record.runId} ${one.record.runId}`),
      )
    }
    expect(await pairs()).toEqual(['run-2 run-1', 'run-3 run-2', 'run-4 run-3'])
    expect(await pairs('run-4', 'run-1')).toEqual(['run-1 run-4'])
    await baselines(out).set('default', records[2] as RunRecord, 0)
    expect(await pairs()).toEqual(['run-2 run-3', 'run-3 run-1', 'run-4 run-3'])
    expect(await pairs('run-2', 'run-3')).toEqual(['run-3 run-2'])
    await expect(pairs('run')).rejects.toThrow('run may be run-1 or run-2')
  })

  it('shows a run without an answer, and one whose suite is gone', async () => {
    const out = join(folder, 'bare')
    const store = resultsStore(out)
    await keepRun(store, memoryRun('none'), [])
    const bare = join(folder, 'bare.html')
    const page = async (): Promise<string> => {
      expect(await main(['runs', 'report', '--html', bare, '--out', out], memoryHost())).toBe(0)
      return readFile(bare, 'utf8')
    }
    const empty = await page()
    expect(empty).not.toContain('NaN')
    expect(textOf(pageElements(empty)[0] as PageElement)).toContain('0 of 3 (not finished)')
    await keepRun(store, memoryRun('two'), [memoryRow('sum-1')])
    await rm(join(out, 'suites'), { recursive: true })
    const gone = textOf(pageElements(await page())[0] as PageElement)
    expect(gone).toContain('The suite is not among the results.')
    expect(gone).toContain('It is sum-1.')
  })

  it('leaves what was there where it cannot write a whole page', async () => {
    const html = join(folder, 'kept.html')
    await writeFile(html, 'before')
    const missing = await report('no-such-run', '--html', html)
    expect(missing).toMatchObject({
      exitCode: 3,
      stdout: '',
      stderr: expect.stringContaining('has no run no-such-run'),
    })
    expect(await readFile(html, 'utf8')).toBe('before')
    expect((await readdir(folder)).filter((name) => name.includes('partial'))).toEqual([])
    expect((await report('--html', join(folder, 'none', 'x.html'))).stderr).toContain('cannot be written')
    const host = memoryHost()
    expect(await main(['runs', 'report', '--html', html, '--out', folder], host)).toBe(3)
    expect(host.written.stderr).toContain('has no runs; name the folder of the results with --out')
  })
})
