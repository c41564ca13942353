import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AnswerRow, answerRowSchema } from './answer-row.js'
import { openJsonLines, parseJsonLines, readJsonLines } from './json-lines.js'

const rowArbitrary: fc.Arbitrary<AnswerRow> = fc.record({
  promptId: fc.stringMatching(/^[a-z]{1,8}$/),
  tier: fc.constantFrom('T1', 'T2', 'T3'),
  repetition: fc.nat(99),
  answer: fc.record({
    text: fc.string({ unit: 'grapheme', maxLength: 40 }),
    finish: fc.constantFrom('stop', 'length', 'toolCalls', 'timeout'),
    toolCalls: fc.array(fc.record({ name: fc.string(), arguments: fc.string() }), { maxLength: 2 }),
  }),
  score: fc.constantFrom(0, 1, 2, 3),
  passed: fc.boolean(),
  reason: fc.string({ unit: 'binary' }),
  truncated: fc.boolean(),
  startedAt: fc.constant('2026-01-01T00:00:00.000Z'),
  milliseconds: fc.nat(),
})

const source = { path: 'answers.jsonl', schema: answerRowSchema }

/** Whether every prefix reads as the lines that were whole by then. */
function readsPrefixes(rows: readonly AnswerRow[], read: (bytes: Uint8Array) => readonly AnswerRow[]): boolean {
  const lines = rows.map((row) => Buffer.from(`${JSON.stringify(row)}\n`))
  const bytes = Buffer.concat(lines)
  const ends = lines.map((_, index) => Buffer.concat(lines.slice(0, index + 1)).length)
  for (let length = 0; length <= bytes.length; length++) {
    const whole = ends.filter((end) => end <= length).length
    try {
      if (JSON.stringify(read(bytes.subarray(0, length))) !== JSON.stringify(rows.slice(0, whole))) return false
    } catch {
      return false
    }
  }
  return true
}

describe('JSON Lines', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lines-'))
  })
  afterAll(() => rm(folder, { recursive: true }))
  const lines = (path: string, maxBytes = 100_000) => ({ ...source, path: join(folder, path), maxBytes })

  it('reads every prefix of a file as a shorter file', () => {
    fc.assert(
      fc.property(fc.array(rowArbitrary, { maxLength: 3 }), (rows) =>
        readsPrefixes(rows, (bytes) => parseJsonLines(bytes, source).values),
      ),
      { numRuns: 20 },
    )
  })

  it('finds the fault of a reader that takes what stands behind the last line break for a line', () => {
    const [row] = fc.sample(rowArbitrary, { numRuns: 1, seed: 1 })
    const offender = (bytes: Uint8Array): readonly AnswerRow[] =>
      Buffer.from(bytes)
        .toString()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
    expect(readsPrefixes([row as AnswerRow], offender)).toBe(false)
  })

  it('goes on behind a torn line as if it had never been begun', async () => {
    const rows = fc.sample(rowArbitrary, { numRuns: 3, seed: 2 })
    const path = lines('torn.jsonl')
    {
      await using file = await openJsonLines(path)
      await file.append(rows[0] as AnswerRow)
    }
    await appendFile(path.path, JSON.stringify(rows[1]).slice(0, 30))
    expect((await readJsonLines(path)).values).toEqual([rows[0]])
    await using file = await openJsonLines(path)
    await file.append(rows[2] as AnswerRow)
    expect((await readJsonLines(path)).values).toEqual([rows[0], rows[2]])
  })

  it('keeps what two writers add in turns', async () => {
    const rows = fc.sample(rowArbitrary, { numRuns: 4, seed: 4 })
    const path = lines('shared.jsonl')
    await using one = await openJsonLines(path)
    await one.append(rows[0] as AnswerRow)
    await using other = await openJsonLines(path)
    await one.append(rows[1] as AnswerRow)
    await other.append(rows[2] as AnswerRow)
    await one.append(rows[3] as AnswerRow)
    expect((await readJsonLines(path)).values).toEqual(rows)
  })

  it('names the line that is not of the form', async () => {
    const path = lines('bad.jsonl')
    await writeFile(path.path, '{"promptId":"a"}\n')
    await expect(readJsonLines(path)).rejects.toMatchObject({
      code: 'ERR_OPTION_INVALID',
      message: expect.stringContaining('bad.jsonl:1: tier'),
    })
    await writeFile(path.path, 'nothing\n')
    await expect(openJsonLines(path)).rejects.toThrow('bad.jsonl:1 is not JSON')
    expect(await readFile(path.path, 'utf8')).toBe('nothing\n')
  })

  it('neither reads nor writes more than its limit, nor writes what it would not read', async () => {
    const [row] = fc.sample(rowArbitrary, { numRuns: 1, seed: 3 }) as [AnswerRow]
    const small = lines('small.jsonl', 100)
    await using file = await openJsonLines(small)
    await expect(file.append(row)).rejects.toMatchObject({ code: 'ERR_BUDGET_EXCEEDED' })
    await expect(file.append({ ...row, repetition: 100 })).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
    expect(await readFile(small.path, 'utf8')).toBe('')
    await writeFile(small.path, ' '.repeat(101))
    await expect(readJsonLines(small)).rejects.toThrow('at most 100 are read')
  })

  it('tells where it cannot write', async () => {
    await expect(openJsonLines(lines('none/answers.jsonl'))).rejects.toMatchObject({ code: 'ERR_FILE_NOT_FOUND' })
  })
})
