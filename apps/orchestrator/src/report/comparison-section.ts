import type { AnswerRow, PromptComparison, RunComparison } from '@foretoken/judge'
import { answerArticle } from './answers-section.js'
import { counted, runName, signed } from './figure-text.js'
import { type Html, html } from './html.js'
import { answersTo, type ReportComparison, type ReportSuite } from './report-data.js'
import { table } from './table.js'

/** What runs do better and worse than the one they are compared with, answers side by side. */
export function comparisonSection({ comparisons }: ReportSuite): Html | undefined {
  if (comparisons.length === 0) return undefined
  return html`<h3>Compared</h3>${comparisons.map(comparisonDetails)}`
}

function comparisonDetails({ one, other, comparison }: ReportComparison): Html {
  const { better, worse, same, unscored } = comparison
  const list = (title: string, prompts: readonly PromptComparison[]): Html | undefined =>
    prompts.length === 0
      ? undefined
      : html`<h4>${title}</h4>${prompts.map((prompt) => promptPair({ one, other, comparison }, prompt))}`
  const open = unscored.length === 0 ? '' : `, ${unscored.length} without a score in one of them`
  return html`<details class="comparison"><summary><span class="versus">${runName(other)} <small>against</small> ${runName(one)}</span>
<span><b>${better.length}</b> better, <b>${worse.length}</b> worse, <b>${same.length}</b> the same${open}</span></summary>
${findings(comparison)}${differenceTable({ one, other, comparison })}${list('Better', better)}${list('Worse', worse)}
</details>
`
}

/** What the tests say. */
function findings({ difference, passes, nonInferiority, speed }: RunComparison): Html {
  return html`<ul>${
    difference &&
    html`<li>Mean difference of the scores: <b>${signed(difference.value)}</b> (95 %: ${signed(difference.low)} to ${signed(difference.high)}).</li>`
  }${
    nonInferiority &&
    html`<li>That it is less than ${nonInferiority.margin} worse is <b>${nonInferiority.nonInferior ? 'shown' : 'not shown'}</b> (p = ${nonInferiority.pValue.toFixed(3)}).</li>`
  }${
    passes &&
    html`<li>Prompts passed by one only: ${passes.onlySecond} gained, ${passes.onlyFirst} lost (McNemar: p = ${passes.pValue.toFixed(3)}).</li>`
  }${
    speed &&
    html`<li>Speed: <b>${speed.ratio.value.toFixed(2)} ×</b> (95 %: ${speed.ratio.low.toFixed(2)} to ${speed.ratio.high.toFixed(2)}), over ${counted(speed.answers, 'answer')}.</li>`
  }</ul>`
}

function differenceTable({ one, other, comparison: { differences } }: ReportComparison): Html | undefined {
  if (differences.length === 0) return undefined
  return html`<details><summary>What the runs differ in</summary>${table({
    caption: `What ${one.letter} and ${other.letter} differ in`,
    head: ['What', one.letter, other.letter],
    rows: differences.map((fact) => [fact.what, fact.one, fact.other].map((text) => html`<bdi>${text}</bdi>`)),
  })}</details>`
}

function promptPair(
  { one, other }: ReportComparison,
  { promptId, tier, scores: [before, after] }: PromptComparison,
): Html {
  return html`<details class="prompt"><summary><bdi>${promptId}</bdi> <small>${tier}</small>
<span class="badge">${before.toFixed(2)} → ${after.toFixed(2)}</span></summary>
<div class="answers">${differingPair(answersTo(one, promptId), answersTo(other, promptId)).map(
    (row, side) => row && answerArticle(side === 0 ? one : other, row),
  )}</div>
</details>
`
}

/** The first pair of a repetition whose scores differ, else the first of both; all others are among the prompts. */
function differingPair(
  before: readonly AnswerRow[],
  after: readonly AnswerRow[],
): readonly [AnswerRow | undefined, AnswerRow | undefined] {
  const matches = new Map(after.map((row) => [row.repetition, row]))
  const differing = before.find(({ repetition, score }) => {
    const match = matches.get(repetition)
    return match !== undefined && match.score !== score
  })
  return differing === undefined ? [before[0], after[0]] : [differing, matches.get(differing.repetition)]
}
