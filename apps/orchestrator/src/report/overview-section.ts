import { basename } from 'node:path'
import { counted, fixed, percent, percentWithin } from './figure-text.js'
import { type Html, type HtmlValue, html } from './html.js'
import type { ReportRun, ReportSuite } from './report-data.js'
import { tiers } from './run-figures.js'
import { table } from './table.js'

/** All runs at a glance: who answers by suites. */
export function overviewSection(suites: readonly ReportSuite[]): Html {
  const first = new Map<string, ReportRun>()
  for (const { runs } of suites) for (const run of runs) if (!first.has(run.letter)) first.set(run.letter, run)
  const rows = [...first].map(([letter, { record }]): readonly HtmlValue[] => [
    html`<b class="letter">${letter}</b>`,
    html`<bdi>${basename(record.model.path)}</bdi><small><bdi>${record.configuration.name} · ${record.engine.name}</bdi></small>`,
    ...suites.map(({ runs }) => shortFigures(runs.find((run) => run.letter === letter))),
  ])
  const head = ['Run', 'Model, configuration, engine', ...suites.map(({ name }) => html`<bdi>${name}</bdi>`)]
  return html`<section id="overview"><h2>Overview</h2>
<p>Share of answers that passed, by suite, and by tier below it (T1 is the easiest).</p>
${table({ caption: 'Runs by suite', head, rows })}</section>
`
}

/** The runs of a suite, figure by figure. */
export function suiteTable({ name, runs }: ReportSuite): Html {
  const shown = tiers.filter((tier) => runs.some(({ figures }) => figures.byTier.has(tier)))
  const rows = runs.map((run): readonly HtmlValue[] => {
    const { record, rows: answers, figures, summary } = run
    const { all, byTier } = figures
    const total = record.prompts * record.repetitions
    return [
      html`<b class="letter">${run.letter}</b>`,
      `${answers.length} of ${total}${run.finished ? '' : ' (not finished)'}`,
      ...shown.map((tier) => rate(byTier.get(tier))),
      rate(all),
      fixed(all.meanScore, 2),
      all.unscored,
      all.truncated,
      fixed(summary.tokensPerSecond, 1),
    ]
  })
  const head = ['Run', 'Answers', ...shown, 'All passed', 'Mean score', 'No score', 'Truncated', 'Tokens/s']
  return table({ caption: `${name}: shares with 95 % intervals`, head, rows })
}

function rate(figures: ReportRun['figures']['all'] | undefined): string {
  return figures?.passRate === undefined ? '–' : percentWithin(figures.passRate)
}

function shortFigures(run: ReportRun | undefined): HtmlValue {
  if (run === undefined) return '–'
  const { all, byTier } = run.figures
  const byTierText = [...byTier].map(([tier, { passRate }]) => `${tier} ${passRate ? percent(passRate.value) : '–'}`)
  const open = run.finished ? undefined : html`<small>not finished: ${counted(run.rows.length, 'answer')}</small>`
  return html`<b>${all.passRate ? percent(all.passRate.value) : '–'}</b><small>${byTierText.join(' · ')}</small>${open}`
}
