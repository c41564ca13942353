import type { PromptComparison } from '@foretoken/judge'
import { answerArticle } from './answers-section.js'
import { runName, signed } from './figure-text.js'
import { type Html, html } from './html.js'
import { answersTo, type ReportComparison, type ReportSuite } from './report-data.js'

/** What runs do better and worse than the one they are compared with, answers side by side. */
export function comparisonSection({ comparisons }: ReportSuite): Html | undefined {
  if (comparisons.length === 0) return undefined
  return html`<h3>Compared</h3>${comparisons.map(comparisonDetails)}`
}

function comparisonDetails({ one, other, comparison }: ReportComparison): Html {
  const { better, worse, same, unscored, difference } = comparison
  const list = (title: string, prompts: readonly PromptComparison[]): Html | undefined =>
    prompts.length === 0
      ? undefined
      : html`<h4>${title}</h4>${prompts.map((prompt) => promptPair({ one, other, comparison }, prompt))}`
  const open = unscored.length === 0 ? '' : `, ${unscored.length} without a score in one of them`
  const mean =
    difference &&
    html`<p>Mean difference of the scores <b>${signed(difference.value)}</b> (95 %: ${signed(difference.low)} to ${signed(difference.high)}).</p>`
  return html`<details class="comparison"><summary><span class="versus">${runName(other)} <small>against</small> ${runName(one)}</span>
<span><b>${better.length}</b> better, <b>${worse.length}</b> worse, <b>${same.length}</b> the same${open}</span></summary>
${mean}${list('Better', better)}${list('Worse', worse)}
</details>
`
}

function promptPair(
  { one, other }: ReportComparison,
  { promptId, tier, scores: [before, after] }: PromptComparison,
): Html {
  return html`<details class="prompt"><summary><bdi>${promptId}</bdi> <small>${tier}</small>
<span class="badge">${before.toFixed(2)} → ${after.toFixed(2)}</span></summary>
<div class="answers pair">${[one, other].map(
    (run) => html`<div>${answersTo(run, promptId).map((row) => answerArticle(run, row))}</div>`,
  )}</div>
</details>
`
}
