import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { storedRun } from '../../test/stored-run.js'
import { parseSuite } from '../load-suite.js'
import { resultsStore } from '../store/results-store.js'
import type { Review } from '../store/review.js'
import { importReviews } from './import-reviews.js'
import { parseReviews } from './parse-reviews.js'
import { reviewAgreement } from './review-agreement.js'
import { reviewsCsv } from './reviews-csv.js'

const suite = parseSuite(`
suite: math
version: 1
description: d
prompts:
  - id: sum
    tier: T1
    messages: [{ role: system, content: 'Be brief.' }, { role: user, content: 'What is 1 + 1?' }]
    reference: '2'
    checker: { kind: numeric, value: 2 }
    answers: { right: '2', wrong: '3' }
`)
const answer = { text: '=1+1; "two",\n2', finish: 'stop', toolCalls: [] } as const
const row = { promptId: 'sum', score: 3, answer, reason: 'it is 2' } as const
const rows = [0, 1].map((repetition) => ({ ...row, repetition }))
const run = storedRun({ runId: 'math.a.1', repetitions: 2 }, rows)
const now = Date.parse('2026-02-01T00:00:00.000Z')
const review = (fields: Partial<Review> = {}): Review => ({
  ...{ promptId: 'sum', repetition: 0, reviewer: 'ann', score: 2, remark: 'brief' },
  ...{ reviewedAt: '2026-02-01T00:00:00.000Z', ...fields },
})
const read = (text: string) => parseReviews({ text, path: 'r.csv' }, run, now)
const head = 'run,prompt,repetition,score,reviewer,remark\n'

describe('reviews as a table', () => {
  it('shows each answer with what was asked, and keeps spreadsheets from reading formulas', () => {
    const lines = parse(reviewsCsv(run, suite, [review()]), { columns: true, bom: true })
    expect(lines).toHaveLength(3)
    expect(lines[0]).toEqual({
      ...{ run: 'math.a.1', prompt: 'sum', repetition: '1', tier: 'T1', question: 'Be brief.\n\nWhat is 1 + 1?' },
      ...{ reference: '2', answer: `'${answer.text}`, reason: 'it is 2', score: '3', reviewer: '', remark: '' },
    })
    expect(lines[1]).toMatchObject({ repetition: '1', score: '2', reviewer: 'ann', remark: 'brief' })
  })

  it('shows no score that could sway where it is blind', () => {
    const text = reviewsCsv(run, suite, [review({ remark: 'brief' })], { blind: true })
    const lines: readonly Readonly<Record<string, string>>[] = parse(text, { columns: true, bom: true })
    expect(lines.map((line) => [line['score'], line['reason'], line['remark']])).toEqual([
      ['', '', ''],
      ['', '', ''],
    ])
    expect(read(text)).toEqual([])
  })

  it('reads back what it wrote, whatever is said', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 30 })
    // An apostrophe before a formula cannot be told from the one that was put there.
    const remark = fc
      .oneof(text, fc.constantFrom('=1+1', '+a', '-b', '@c', ';', ',', '"', '\n'))
      .filter((one) => !/^'/.test(one))
    const reviewer = text.map((one) => one.trim()).filter((one) => one !== '' && !/^'/.test(one))
    const reviews = fc.uniqueArray(
      fc
        .record({ repetition: fc.nat(1), reviewer, remark, score: fc.constantFrom(0, 1, 2, 3) })
        .map((one) => review(one)),
      { selector: (one) => `${one.repetition} ${one.reviewer}`, maxLength: 5 },
    )
    const keyOf = ({ repetition, reviewer: name }: Review) => `${repetition} ${name}`
    const sorted = (all: readonly Review[]) => all.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
    fc.assert(
      fc.property(reviews, (all) => {
        expect(sorted(read(reviewsCsv(run, suite, all)))).toEqual(sorted(all))
      }),
    )
  })

  it('reads what spreadsheets make of it: semicolons, other line ends and orders, decimals, a byte order mark', () => {
    const text = '\uFEFFreviewer;remark;score;repetition;prompt;run;more\r\nann;a, b;2.0;1;sum;math.a.1;x\r\n\r\n'
    expect(read(text)).toEqual([review({ remark: 'a, b' })])
  })

  it.each([
    [
      'the line of another run',
      'math.b.1,sum,1,2,ann,\n',
      'r.csv:2: it is a line of the run math.b.1, not of math.a.1',
    ],
    ['an answer that is not there', 'math.a.1,sum,3,2,ann,\n', 'r.csv:2: the run has no answer 3 to sum'],
    [
      'another score',
      'math.a.1,sum,1,3,ann,\nmath.a.1,sum,2,4,ann,\n',
      'r.csv:3: the score must be 0, 1, 2 or 3, got "4"',
    ],
    ['no score', 'math.a.1,sum,1,,ann,\n', 'the score must be'],
    ['a change by nobody', 'math.a.1,sum,1,2,,\n', 'r.csv:2: its score or remark was changed; name the reviewer'],
    ['two reviews by one person', 'math.a.1,sum,1,2,ann,\nmath.a.1,sum,1,1,ann,\n', 'ann reviews this answer twice'],
    ['a remark too long', `math.a.1,sum,1,2,ann,${'x'.repeat(10_001)}\n`, 'is longer than 10000'],
    ['a line too short', 'math.a.1,sum,1\n', 'r.csv is no table of reviews'],
    ['a quote that does not end', 'math.a.1,sum,1,2,ann,"x\n', 'r.csv is no table of reviews'],
  ])('refuses %s', (_, lines, reason) => {
    expect(() => read(head + lines)).toThrow(reason)
  })

  it('refuses a table without the columns', () => {
    expect(() => read('a,b\n1,2\n')).toThrow(
      'does not name the columns run, prompt, repetition, score, reviewer, remark',
    )
  })
})

describe('importReviews', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reviews-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('adds what is new, once, and changes what was there by another line', async () => {
    const store = resultsStore(folder)
    {
      await using open = await store.open(run.record, suite)
      for (const row of run.rows) await open.append(row)
    }
    const path = join(folder, 'r.csv')
    const add = async (lines: string) => {
      await writeFile(path, head + lines)
      const { added, known } = await importReviews(store, 'math.a.1', path, now)
      return [added.length, known]
    }
    expect(await add('math.a.1,sum,1,2,ann,\nmath.a.1,sum,1,3,bob,\n')).toEqual([2, 0])
    expect(await add('math.a.1,sum,1,2,ann,\nmath.a.1,sum,1,1,bob,hm\n')).toEqual([1, 1])
    await expect(add('math.a.1,sum,2,2,ann,\nmath.a.1,sum,9,2,ann,\n')).rejects.toThrow('r.csv:3')
    expect((await store.readReviews('math.a.1')).map(({ reviewer, score }) => `${reviewer} ${score}`)).toEqual([
      'ann 2',
      'bob 1',
    ])
    const lines = (await readFile(join(folder, 'runs/math.a.1/reviews.jsonl'), 'utf8')).split('\n')
    expect(lines).toHaveLength(4)
  })

  it('tells how far people and scores agree', () => {
    const reviews = [review({ score: 3 }), review({ repetition: 1, score: 1 }), review({ reviewer: 'bob', score: 3 })]
    const scored = run.rows.map((row) => (row.repetition === 1 ? { ...row, score: 1 as const } : row))
    expect(reviewAgreement(scored, reviews)).toEqual([
      { reviewer: 'ann', answers: 2, meanScore: 2, runMeanScore: 2, sameRate: 1, kappa: 1 },
      { reviewer: 'bob', answers: 1, meanScore: 3, runMeanScore: 3, sameRate: 1 },
    ])
  })
})
