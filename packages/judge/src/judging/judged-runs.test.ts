import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { judgedRun } from '../../test/judging/rubric-run.js'
import { judgeOf, scripted } from '../../test/judging/scripted-judge.js'
import type { Complete } from '../ports.js'
import { resultsStore, type StoredRun } from '../store/results-store.js'
import { judgeBudget } from './judge-budget.js'
import type { JudgedRunEvent } from './judged-runs.js'
import { type Jury, jury } from './jury.js'

const lost: Complete = () => Promise.reject(new SpeculationError('ERR_ENGINE_LOST', 'the server is gone'))

describe('judgedRuns', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'judged-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  const juryOf = (complete: Complete, model = 'referee'): Jury => jury({ judges: [judgeOf(complete, { model })] })
  const scoring = (score: number) => scripted(() => `{"reason": "so it is", "score": ${score}}`)
  const kinds = (events: readonly JudgedRunEvent[]) => events.map(({ kind }) => kind)
  const stored = async (): Promise<StoredRun> => {
    const store = resultsStore(folder)
    return store.read((await store.runIds())[0] ?? '')
  }
  const scores = async () => (await stored()).rows.map(({ promptId, score }) => [promptId, score])

  it('scores what has a rubric and no checker, once all is answered, and asks nothing again', async () => {
    const two = scoring(2)
    const events = await judgedRun(folder, juryOf(two.complete))
    expect(kinds(events)).toEqual(['started', 'answered', 'answered', 'answered', 'judged', 'judged', 'finished'])
    expect(events.at(-1)).toMatchObject({ summary: { scored: 3, meanScore: 7 / 3 } })
    expect(await scores()).toEqual([
      ['sum', 3],
      ['poem', 2],
      ['letter', 2],
    ])
    expect((await stored()).rows[1]).toMatchObject({ reason: 'referee: so it is', judges: ['referee'] })
    expect((await resultsStore(folder).finished()).map(({ scored }) => scored)).toEqual([3])

    expect(kinds(await judgedRun(folder, juryOf(two.complete)))).toEqual(['started', 'finished'])
    expect(two.sent).toHaveLength(2)
  })

  it('leaves unjudged what a judge fails on, says so, and judges only that later', async () => {
    const shaky = scripted((text) => (/poem|^That is no/.test(text) ? 'no verdict' : '{"reason": "", "score": 1}'))
    const events = await judgedRun(folder, juryOf(shaky.complete))
    expect(kinds(events).slice(-3)).toEqual(['judged', 'failed', 'finished'])
    expect(events.at(-2)).toMatchObject({
      error: {
        code: 'ERR_ENGINE_LOST',
        message: expect.stringMatching(/^1 of 2 answers are not judged: .*no verdict/),
      },
    })
    expect(await scores()).toEqual([
      ['sum', 3],
      ['poem', undefined],
      ['letter', 1],
    ])
    const better = scoring(3)
    const rest = await judgedRun(folder, juryOf(better.complete))
    expect(kinds(rest)).toEqual(['started', 'judged', 'finished'])
    expect(better.sent).toHaveLength(1)
    expect(await scores()).toEqual([
      ['sum', 3],
      ['poem', 3],
      ['letter', 1],
    ])
  })

  it('stops where the budget is spent, and where the caller says so', async () => {
    const budget = judgeBudget({ maxTokens: 3_500 })
    const dear: Complete = async (...asked) => {
      return { ...(await scoring(3).complete(...asked)), usage: { promptTokens: 2_900, completionTokens: 1 } }
    }
    const poor = jury({ judges: [judgeOf(dear, { budget })] })
    const events = await judgedRun(folder, poor)
    expect(kinds(events).slice(-3)).toEqual(['judged', 'failed', 'finished'])
    expect(events.at(-2)).toMatchObject({ error: { code: 'ERR_BUDGET_EXCEEDED' } })

    const controller = new AbortController()
    const slow: Complete = (_, { signal }) =>
      new Promise((resolve) => {
        const nothing = { text: '', finish: 'timeout', toolCalls: [], usage: { promptTokens: 0, completionTokens: 0 } }
        signal?.addEventListener('abort', () => resolve(nothing as never))
        controller.abort()
      })
    const cancelled = judgedRun(folder, juryOf(slow), undefined, controller.signal)
    await expect(cancelled).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    expect(await scores()).toEqual([
      ['sum', 3],
      ['poem', 3],
      ['letter', undefined],
    ])
  })

  it('judges anew for another jury, whose verdict counts then, and keeps both', async () => {
    await judgedRun(folder, juryOf(scoring(2).complete))
    await judgedRun(folder, juryOf(scoring(0).complete, 'stern'))
    expect((await stored()).rows[1]).toMatchObject({ score: 0, judges: ['stern'] })
    expect((await resultsStore(folder).finished()).map(({ meanScore }) => meanScore)).toEqual([1])
    await using file = await resultsStore(folder).openVerdicts((await stored()).record.runId)
    expect(file.values.map(({ judges, score }) => [judges[0], score])).toEqual([
      ...[
        ['referee', 2],
        ['referee', 2],
      ],
      ...[
        ['stern', 0],
        ['stern', 0],
      ],
    ])
  })

  it('ends with the same verdicts, killed at any of them', async () => {
    class Killed extends Error {}
    const ends: string[] = []
    for (const dieAt of [-1, 0, 1]) {
      const own = join(folder, `${dieAt}`)
      let asked = 0
      const fuse: Complete = (...request) => {
        if (asked++ === dieAt) throw new Killed()
        return scoring(2).complete(...request)
      }
      const first = judgedRun(own, juryOf(fuse))
      if (dieAt >= 0) await expect(first).rejects.toThrow(Killed)
      await first.catch(() => {})
      await judgedRun(own, juryOf(fuse))
      // Two answers, and the one that was under way.
      expect(asked).toBe(dieAt < 0 ? 2 : 3)
      const [runId = ''] = await resultsStore(own).runIds()
      const files = ['index.jsonl', `runs/${runId}/verdicts.jsonl`].map((name) => readFile(join(own, name), 'utf8'))
      ends.push((await Promise.all(files)).join('').replace(/"(finishedAt|judgedAt)":"[^"]*"/g, ''))
    }
    expect(new Set(ends).size).toBe(1)
    // On the index before and after judging, and two verdicts.
    expect(ends[0]?.trimEnd().split('\n')).toHaveLength(4)
  })

  it('goes on with the answers where the judge is gone', async () => {
    const events = await judgedRun(folder, juryOf(lost))
    expect(kinds(events)).toEqual(['started', 'answered', 'answered', 'answered', 'failed', 'finished'])
    expect(events.at(-1)).toMatchObject({ summary: { answers: 3, scored: 1 } })
  })
})
