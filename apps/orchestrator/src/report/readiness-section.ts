import { type ReadinessRole, readinessOf, readinessThresholds } from '@foretoken/judge'
import { percent, runName } from './figure-text.js'
import { type Html, type HtmlValue, html } from './html.js'
import type { ReportRun, ReportSuite } from './report-data.js'
import { tiers } from './run-figures.js'
import { table } from './table.js'

const roles: readonly ReadinessRole[] = ['worker', 'orchestrator']

/** Which roles each model is ready for, by all that it answered. */
export function readinessSection(suites: readonly ReportSuite[]): Html {
  const byLetter = new Map<string, ReportRun[]>()
  for (const run of suites.flatMap(({ runs }) => runs)) {
    byLetter.set(run.letter, [...(byLetter.get(run.letter) ?? []), run])
  }
  const rows = [...byLetter.values()].map((runs): readonly HtmlValue[] => {
    const readiness = readinessOf(runs.flatMap((run) => run.rows))
    const open = runs.filter(({ finished }) => !finished).length
    return [
      runs[0] && runName(runs[0]),
      ...tiers.map((tier) => `${readiness.tiers[tier].passed} of ${readiness.tiers[tier].answers}`),
      ...roles.map((role) => verdict(readiness.roles[role].missing, open)),
    ]
  })
  const head = ['Run', ...tiers, ...roles.map((role) => `Ready as ${role}`)]
  return html`<section id="readiness"><h2>Readiness</h2>
<p>${roles.map(needs).join(' ')} All suites of this page count together, and an answer without a score as not passed.</p>
${table({ caption: 'Answers that passed, and roles that they suffice for', head, rows })}</section>
`
}

function needs(role: ReadinessRole): string {
  const thresholds = Object.entries(readinessThresholds[role]).map(([tier, share]) => `${percent(share)} of ${tier}`)
  return `The ${role} needs ${thresholds.join(', ')}.`
}

function verdict(missing: readonly string[], open: number): Html {
  const reasons = [...missing, ...(open > 0 ? [`${open} of its runs not finished`] : [])]
  return reasons.length === 0
    ? html`<b>ready</b>`
    : html`<b>not ready</b>${reasons.map((reason) => html`<small>${reason}</small>`)}`
}
