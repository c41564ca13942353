import type { AnswerRow, Review, SuitePrompt } from '@foretoken/judge'
import { fixed, runName } from './figure-text.js'
import { type Html, html } from './html.js'
import { modelText } from './model-text.js'
import { answersTo, promptIds, type ReportRun, type ReportSuite } from './report-data.js'
import { hasPassed } from './run-figures.js'

/** Every prompt with all its answers. */
export function answersSection(suite: ReportSuite): Html {
  const missing = suite.suite === undefined ? html`<p class="note">The suite is not among the results.</p>` : undefined
  return html`<h3>Prompts and answers</h3>${missing}
${promptIds(suite).map((id) => promptDetails(suite, id))}`
}

/** An answer with its score and the reason for it. */
export function answerArticle(run: ReportRun, row: AnswerRow): Html {
  const { answer, usage, judges } = row
  const whole = `answers.jsonl of ${run.record.runId}`
  const passed = hasPassed(row)
  const facts = [
    passed === undefined ? 'not scored' : passed ? 'passed' : 'failed',
    run.record.repetitions > 1 ? `repetition ${row.repetition + 1}` : '',
    row.truncated ? 'truncated' : '',
    usage === undefined ? '' : `${usage.completionTokens} tokens`,
    row.inheritedFrom === undefined ? `${fixed(row.milliseconds / 1000, 1)} s` : `inherited from ${row.inheritedFrom}`,
    judges === undefined ? '' : `judged by ${judges.join(', ')}`,
  ].filter(Boolean)
  const calls = (answer?.toolCalls ?? []).map(
    ({ name, arguments: given }) => html`<p class="label">Calls <bdi>${name}</bdi></p>${modelText(given, whole)}`,
  )
  return html`<article>
<header>${runName(run)} ${scoreBadge(row)}<small><bdi>${facts.join(' · ')}</bdi></small></header>
${answer === undefined ? html`<p class="note">No answer.</p>` : modelText(answer.text, whole)}${calls}
<div class="reason"><p class="label">Why</p>${modelText(row.reason, whole)}</div>${reviewsOf(run, row).map(
    ({ reviewer, score, remark }) =>
      html`<div class="reason"><p class="label">Reviewed by <bdi>${reviewer}</bdi>: ${scoreBadge({ score })}</p>${
        remark === '' ? undefined : modelText(remark, `reviews.jsonl of ${run.record.runId}`)
      }</div>`,
  )}
</article>
`
}

function reviewsOf({ reviews }: ReportRun, { promptId, repetition }: AnswerRow): readonly Review[] {
  return reviews.filter((review) => review.promptId === promptId && review.repetition === repetition)
}

function scoreBadge({ score }: Pick<AnswerRow, 'score'>): Html {
  return html`<span class="score s-${score ?? 'none'}">${score ?? '–'}</span>`
}

function promptDetails(suite: ReportSuite, id: string): Html {
  const prompt = suite.suite?.prompts.find((one) => one.id === id)
  const answers = suite.runs.flatMap((run) => answersTo(run, id).map((row) => ({ run, row })))
  const tier = prompt?.tier ?? answers[0]?.row.tier
  const badges = suite.runs.map((run) => {
    const scores = answersTo(run, id).map((row) => html` ${scoreBadge(row)}`)
    return scores.length === 0 ? undefined : html` <span class="badge"><b>${run.letter}</b>${scores}</span>`
  })
  return html`<details class="prompt"><summary><bdi>${id}</bdi> <small>${tier}</small>${badges}</summary>
${prompt && promptText(prompt)}
<div class="answers">${answers.map(({ run, row }) => answerArticle(run, row))}</div>
</details>
`
}

function promptText({ messages, reference, images = [], tools = [] }: SuitePrompt): Html {
  const whole = 'the suite'
  return html`<div class="asked">${messages.map(
    ({ role, content }) => html`<p class="label">${role}</p>${modelText(content, whole)}`,
  )}${images.map(({ file, alt }) => html`<p class="note">Image <bdi>${file}</bdi>: <bdi>${alt}</bdi></p>`)}${
    tools.length > 0
      ? html`<p class="note">Tools: <bdi>${tools.map(({ name }) => name).join(', ')}</bdi></p>`
      : undefined
  }<p class="label">Reference</p>${modelText(reference, whole)}</div>`
}
