import { stringify } from 'csv-stringify/sync'
import { type AnswerRow, rowKey } from '../store/answer-row.js'
import type { StoredRun } from '../store/results-store.js'
import type { Review } from '../store/review.js'
import type { Suite, SuitePrompt } from '../suite.js'

/** The last three are filled in by people. */
const columns = [
  ...['run', 'prompt', 'repetition', 'tier', 'question', 'reference', 'answer', 'reason'],
  ...['score', 'reviewer', 'remark'],
]

/** Options of {@link reviewsCsv}. */
export interface ReviewsCsvOptions {
  /**
   * Leaves out the scores so far with their reasons, and what others said, so that none of it sways.
   * @defaultValue false
   */
  readonly blind?: boolean
}

/**
 * A run as a table for people: a line with the score so far and no reviewer for each answer, and one for each review of it.
 * Cells that a spreadsheet would take for formulas begin with an apostrophe.
 */
export function reviewsCsv(
  { record, rows }: StoredRun,
  suite: Suite,
  reviews: readonly Review[],
  options: ReviewsCsvOptions = {},
): string {
  const { blind = false } = options
  const prompts = new Map(suite.prompts.map((prompt) => [prompt.id, prompt]))
  const lines = rows.flatMap((row) => {
    const about = aboutAnswer(record.runId, row, prompts.get(row.promptId))
    if (blind) return [{ ...about, reason: '', score: '', reviewer: '', remark: '' }]
    const machine = { ...about, reason: row.reason, score: row.score ?? '', reviewer: '', remark: '' }
    const people = reviews
      .filter((review) => rowKey(review) === rowKey(row))
      .map(({ score, reviewer, remark }) => ({ ...about, reason: '', score, reviewer, remark }))
    return [machine, ...people]
  })
  // Without the byte order mark, Excel does not read UTF-8.
  return stringify(lines, { header: true, columns, escape_formulas: true, bom: true })
}

function aboutAnswer(runId: string, row: AnswerRow, prompt: SuitePrompt | undefined) {
  const { text = '', toolCalls = [] } = row.answer ?? {}
  return {
    run: runId,
    prompt: row.promptId,
    repetition: row.repetition + 1,
    tier: row.tier,
    question: (prompt?.messages ?? []).map(({ content }) => content).join('\n\n'),
    reference: prompt?.reference ?? '',
    answer: [text, ...toolCalls.map(({ name, arguments: values }) => `${name}(${values})`)].join('\n').trim(),
  }
}
