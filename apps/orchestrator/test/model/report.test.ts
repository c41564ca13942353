import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fixtureModels } from '@foretoken/fixtures'
import type { RunSummary } from '@foretoken/judge'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callJson } from '../call-json.js'
import { attribute, cellsOf, find, type PageElement, pageElements, textOf } from '../parsed-page.js'

describe('judge run, runs sql and runs report', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foretoken-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('tell the same of two models', async () => {
    const out = ['--out', join(folder, 'results')]
    const models = [fixtureModels.base.q8_0, fixtureModels.moe.q8_0]
    const judge = ['judge', 'run', '--suite', 'fixture', '--models', ...models, '--threads', '1', ...out]
    const { runs } = (await callJson<{ readonly runs: readonly RunSummary[] }>(...judge)).result
    expect(runs).toHaveLength(2)
    const shares = runs.map(({ answers, passed }) => Math.round((100 * passed) / answers))
    expect(shares.every((share) => share > 0 && share < 100)).toBe(true)

    const statement = 'select run_id, count(*) as answers, sum(passed::int) as passed from scores group by 1 order by 1'
    const { result } = await callJson<{ readonly rows: readonly object[] }>('runs', 'sql', statement, ...out)
    const sorted = [...runs].sort((a, b) => (a.runId < b.runId ? -1 : 1))
    expect(result.rows).toEqual(sorted.map(({ runId, answers, passed }) => ({ run_id: runId, answers, passed })))

    const path = join(folder, 'report.html')
    const report = await callJson('runs', 'report', ...runs.map(({ runId }) => runId), '--html', path, ...out)
    expect(report.result).toMatchObject({ runs: runs.map(({ runId }) => runId), comparisons: 1 })
    const elements = pageElements(await readFile(path, 'utf8'))
    const tables = elements.filter(({ tagName }) => tagName === 'table').map(cellsOf)
    const speeds = tables.find(([head]) => head?.join() === 'Run,Tokens/s,Passed')
    expect(speeds?.slice(1)).toEqual(
      runs.map(({ tokensPerSecond = 0 }, index) => ['AB'[index], tokensPerSecond.toFixed(1), `${shares[index]} %`]),
    )
    const [main] = elements.filter(({ tagName }) => tagName === 'main') as [PageElement]
    const texts = find(main, 'pre').map(textOf)
    const { rows } = (await callJson<Shown>('runs', 'show', runs[0]?.runId ?? '', ...out)).result
    for (const { answer } of rows) expect(texts).toContain(answer.text)
    expect(find(main, 'section').map((section) => attribute(section, 'id'))).toEqual([
      ...['overview', 'readiness', 'suite-1', 'repeat'],
    ])
  })
})

interface Shown {
  readonly rows: readonly { readonly answer: { readonly text: string } }[]
}
