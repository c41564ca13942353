import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answering, judgedRun, rubricSuite } from '../../test/judging/rubric-run.js'
import { judgeOf, scripted } from '../../test/judging/scripted-judge.js'
import { resultsStore, type StoredRun } from '../store/results-store.js'
import { type JudgedPair, type JudgePairsOptions, judgePairs, type PairEvent, pairCount } from './judge-pairs.js'
import { jury } from './jury.js'
import { pairReport } from './pair-report.js'

const zero = jury({ judges: [judgeOf(scripted(() => '{"reason": "", "score": 0}').complete)] })

/** A judge that prefers the answer with a word, or the place that is shown first. */
const preferring = (model: string, word: string) =>
  judgeOf(
    scripted((text) => {
      const [a, b] = [text.indexOf('ANSWER A BEGINS'), text.indexOf('ANSWER B BEGINS')]
      const at = text.indexOf(word, a)
      return `{"reason": "", "winner": "${at < 0 || at < b ? 'A' : 'B'}"}`
    }).complete,
    { model },
  )

describe('judgePairs', () => {
  let folder: string
  let runs: readonly [StoredRun, StoredRun]
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pairs-'))
    await judgedRun(
      folder,
      zero,
      answering('/m/one.gguf', (question) => (question.includes('letter') ? 'same' : 'It is 2.')),
    )
    await judgedRun(
      folder,
      zero,
      answering('/m/two.gguf', (question) => (question.includes('letter') ? 'same' : 'It is 3!')),
    )
    const store = resultsStore(folder)
    const [one = '', two = ''] = await store.runIds()
    runs = [await store.read(one), await store.read(two)]
  })
  afterAll(() => rm(folder, { recursive: true }))

  const played = async (options: Pick<JudgePairsOptions, 'jury'>): Promise<readonly PairEvent[]> => {
    const events: PairEvent[] = []
    const all = { first: runs[0], second: runs[1], suite: rubricSuite, ...options }
    for await (const event of judgePairs(all)) events.push(event)
    expect(events).toHaveLength(pairCount(all))
    return events
  }
  const pairsOf = (events: readonly PairEvent[]): readonly JudgedPair[] =>
    events.flatMap((event) => (event.kind === 'compared' ? [event.pair] : []))

  it('finds the better answer in whatever order, and asks nobody about answers that are the same', async () => {
    const pairs = pairsOf(await played({ jury: jury({ judges: [preferring('referee', '2.')] }) }))
    expect(pairs.map(({ promptId, winner }) => [promptId, winner])).toEqual([
      ['sum', 'first'],
      ['poem', 'first'],
      ['letter', 'tie'],
    ])
    expect(pairReport(pairs)).toMatchObject({
      ...{ pairs: 3, first: 2, second: 0, ties: 1, same: 1, pValue: 0.5 },
      lead: { value: -2 / 3 },
      judges: [{ judge: 'referee', pairs: 2, positionConsistency: 1, positionBias: 0 }],
    })
    // A checker scored the sum alone, and the judge agrees with it: of one pair there is no agreement beyond chance.
    expect(pairs[0]?.scores).toEqual([3, 1])
    expect(pairReport(pairs).checkers).toBeUndefined()
  })

  it('tells a judge that goes by the place, and how far judges agree', async () => {
    const judges = [preferring('referee', '2.'), preferring('lazy', 'no such word')]
    const { judges: told, ...report } = pairReport(pairsOf(await played({ jury: jury({ judges }) })))
    expect(report).toMatchObject({ first: 0, second: 0, ties: 3 })
    expect(told).toEqual([
      { judge: 'lazy', pairs: 2, positionConsistency: 0, positionBias: 1 },
      { judge: 'referee', pairs: 2, positionConsistency: 1, positionBias: 0 },
    ])
    expect(report.agreement).toBeLessThan(0.1)
  })

  it('names the pairs that a judge fails on, and refuses runs of other suites', async () => {
    const events = await played({ jury: jury({ judges: [judgeOf(scripted(() => 'hm').complete)] }) })
    expect(events.map(({ kind }) => kind)).toEqual(['failed', 'failed', 'compared'])
    const [first, second] = runs
    const other = { ...second, record: { ...second.record, suite: { ...second.record.suite, version: 2 } } }
    expect(() => pairCount({ first, second: other, suite: rubricSuite })).toThrow('versions 1 and 2')
  })

  it('gives up a judge that fails again and again, and leaves out what is invalid', async () => {
    const [first, second] = runs
    const many = (text: string): StoredRun['rows'] =>
      Array.from({ length: 5 }, (_, repetition) => ({
        ...(first.rows[1] as StoredRun['rows'][number]),
        ...{ repetition, answer: { text, finish: 'stop', toolCalls: [] } },
        ...(repetition === 0 && { reason: 'invalid: no image' }),
      }))
    const pairs = { first: { ...first, rows: many('a') }, second: { ...second, rows: many('b') }, suite: rubricSuite }
    expect(pairCount(pairs)).toBe(4)
    const silent = scripted(() => 'hm')
    const failed: number[] = []
    for await (const event of judgePairs({ ...pairs, jury: jury({ judges: [judgeOf(silent.complete)] }) })) {
      if (event.kind === 'failed') failed.push(event.repetition)
    }
    expect(failed).toEqual([1, 2, 3])
  })

  it('sums up no pairs', () => {
    expect(pairReport([])).toEqual({ ...{ pairs: 0, first: 0, second: 0, ties: 0, same: 0, pValue: 1 }, judges: [] })
  })
})
