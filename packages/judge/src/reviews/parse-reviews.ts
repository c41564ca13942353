import { SpeculationError } from '@foretoken/contract'
import { type Info, parse } from 'csv-parse/sync'
import type { Score } from '../check-result.js'
import { type AnswerRow, rowKey } from '../store/answer-row.js'
import type { StoredRun } from '../store/results-store.js'
import { maxRemarkCharacters, maxReviewerCharacters, type Review, reviewKey } from '../store/review.js'

/** Most lines of a table: the answers of a large run with many reviewers. */
const maxLines = 200_000
/** Most bytes of a line: two long texts. */
const maxLineBytes = 8 * 2 ** 20

/** A table of reviews, and where it is from. */
export interface ReviewsSource {
  readonly text: string
  /** Names it in errors. */
  readonly path: string
}

/**
 * The reviews in a table that {@link reviewsCsv} wrote and people filled in, of comma- or semicolon-separated values. Lines
 * without a reviewer say nothing. Throws `ERR_OPTION_INVALID` with the line for anything that is no review of this run.
 */
export function parseReviews({ text, path }: ReviewsSource, run: StoredRun, now: number): readonly Review[] {
  const answers = new Map(run.rows.map((row) => [rowKey(row), row]))
  const reviews = new Map<string, Review>()
  for (const { record, info } of recordsOf(text, path)) {
    const fault: Fault = (reason) => new SpeculationError('ERR_OPTION_INVALID', `${path}:${info.lines}: ${reason}`)
    const row = answerOf(record, run.record.runId, answers, fault)
    const said = saidBy(record, row, fault)
    if (said === undefined) continue
    const { promptId, repetition } = row
    const review = { promptId, repetition, ...said, reviewedAt: new Date(now).toISOString() }
    if (reviews.has(reviewKey(review))) throw fault(`${review.reviewer} reviews this answer twice`)
    reviews.set(reviewKey(review), review)
  }
  return [...reviews.values()]
}

type Fault = (reason: string) => Error
type Cells = Readonly<Record<string, string>>

function answerOf(
  { run = '', prompt = '', repetition = '' }: Cells,
  runId: string,
  answers: ReadonlyMap<string, AnswerRow>,
  fault: Fault,
): AnswerRow {
  if (run !== runId) throw fault(`it is a line of the run ${run}, not of ${runId}`)
  const row = answers.get(rowKey({ promptId: prompt, repetition: Number(repetition) - 1 }))
  if (row === undefined) throw fault(`the run has no answer ${repetition} to ${prompt}`)
  return row
}

/** What a person says in a line; `undefined` where nobody says anything. */
function saidBy(
  { score: text = '', reviewer: name = '', remark = '' }: Cells,
  row: AnswerRow,
  fault: Fault,
): Pick<Review, 'reviewer' | 'score' | 'remark'> | undefined {
  const score = scoreOf(text)
  if (name.trim() === '') {
    // A blind table has no scores.
    if ((score === row.score || text.trim() === '') && remark === '') return undefined
    throw fault('its score or remark was changed; name the reviewer')
  }
  if (score === undefined) throw fault(`the score must be 0, 1, 2 or 3, got ${JSON.stringify(text)}`)
  return {
    score,
    reviewer: bounded(withoutApostrophe(name.trim()), maxReviewerCharacters, fault),
    remark: bounded(withoutApostrophe(remark), maxRemarkCharacters, fault),
  }
}

interface ParsedLine {
  readonly record: Cells
  readonly info: Info
}

const needed = ['run', 'prompt', 'repetition', 'score', 'reviewer', 'remark']

function recordsOf(text: string, path: string): readonly ParsedLine[] {
  const [header = ''] = text.split('\n', 1)
  const columns = (names: readonly string[]): string[] => {
    const missing = needed.filter((name) => !names.includes(name))
    if (missing.length === 0) return [...names]
    throw new Error(`its first line does not name the columns ${missing.join(', ')}`)
  }
  // What spreadsheets write where the comma separates decimals.
  const delimiter = header.split(';').length > header.split(',').length ? ';' : ','
  const limits = { max_record_size: maxLineBytes, to: maxLines + 1 }
  let lines: readonly ParsedLine[]
  try {
    const shared = { bom: true, info: true, skip_empty_lines: true } as const
    lines = parse(text, { ...shared, ...limits, columns, delimiter }) as unknown as readonly ParsedLine[]
  } catch (cause) {
    const message = `${path} is no table of reviews: ${(cause as Error).message}`
    throw new SpeculationError('ERR_OPTION_INVALID', message, { cause })
  }
  if (lines.length <= maxLines) return lines
  throw new SpeculationError('ERR_OPTION_INVALID', `${path} has more than ${maxLines} lines`)
}

/** Spreadsheets write whole numbers with decimals at times. */
function scoreOf(text: string): Score | undefined {
  const [, digit] = /^([0-3])([.,]0+)?$/.exec(text.trim()) ?? []
  return digit === undefined ? undefined : (Number(digit) as Score)
}

function bounded(text: string, max: number, fault: Fault): string {
  if (text.length <= max) return text
  throw fault(`a text of ${text.length} characters is longer than ${max}`)
}

/** Takes off what kept a spreadsheet from reading a formula. */
function withoutApostrophe(text: string): string {
  return /^'[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(text) ? text.slice(1) : text
}
