import type { Facts } from '@foretoken/judge'
import { runName } from './figure-text.js'
import { type Html, type HtmlValue, html } from './html.js'
import { repeatCommand, suiteFile } from './repeat-command.js'
import type { ReportData, ReportRun } from './report-data.js'

/** Everything that repeating the runs takes. */
export function repeatSection({ out, suites }: ReportData): Html {
  const runs = suites.flatMap(({ name, runs: all }) => all.map((run) => ({ name, run })))
  return html`<section id="repeat"><h2>How to repeat the runs</h2>
${runs.map(({ name, run }) => runDetails(name, run, out))}</section>
`
}

function runDetails(name: string, run: ReportRun, out: string): Html {
  const { record, finished, summary } = run
  const { model, engine, sampling } = record
  const command = repeatCommand(record, out)
  const facts: readonly (readonly [string, HtmlValue])[] = [
    ['Run', record.runId],
    ['Suite', `${suiteFile(record.suite)} in suites`],
    ['Model', model.path],
    ['Size', `${model.bytes} bytes`],
    ['Hash (SHA-256 of the file or its header)', html`<code>${model.hash}</code>`],
    ['Configuration', factText(record.configuration.settings) || 'nothing is varied'],
    ...(record.baseline === undefined ? [] : [['Scores inherited from', record.baseline] as const]),
    ['Engine', `${engine.name} ${engine.version}`],
    ['Engine settings', factText(engine.settings)],
    ['Sampling', `temperature ${sampling.temperature}, seed ${sampling.seed}, at most ${sampling.maxTokens} tokens`],
    ['Repetitions', record.repetitions],
    ['Machine', factText(record.machine)],
    ['Packages', factText(record.packages)],
    ['Started', record.startedAt],
    ['State', finished ? 'finished' : 'not finished'],
    ...(summary.acceptanceRate === undefined
      ? []
      : [['Drafted tokens accepted', `${Math.round(100 * summary.acceptanceRate)} %`] as const]),
  ]
  return html`<details><summary><bdi>${name}</bdi> · ${runName(run)}</summary>
${command && html`<pre class="command"><code>${command}</code></pre>`}
<dl>${facts.map(([term, value]) => html`<div><dt>${term}</dt><dd dir="auto">${value}</dd></div>`)}</dl></details>
`
}

function factText(facts: Facts): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
}
