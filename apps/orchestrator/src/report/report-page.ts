import { answersSection } from './answers-section.js'
import { comparisonSection } from './comparison-section.js'
import { counted } from './figure-text.js'
import { type Html, html, trustedMarkup } from './html.js'
import { overviewSection, suiteTable } from './overview-section.js'
import { pageStyle } from './page-style.js'
import { suitePlots } from './plots.js'
import { readinessSection } from './readiness-section.js'
import { repeatSection } from './repeat-section.js'
import type { ReportData, ReportSuite } from './report-data.js'

/** Nothing but what the page holds itself, whatever a model wrote. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

/** The report as one HTML page that needs nothing else. */
export function reportPage(data: ReportData): string {
  const { suites } = data
  const runs = suites.flatMap((suite) => suite.runs)
  const answers = runs.reduce((sum, { rows }) => sum + rows.length, 0)
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Foretoken report</title>
<style>${trustedMarkup(pageStyle)}</style>
</head>
<body>
<header><h1>Foretoken report</h1>
<p>${counted(runs.length, 'run')}, ${counted(suites.length, 'suite')}, ${counted(answers, 'answer')}</p>
<nav aria-label="Sections"><ul><li><a href="#overview">Overview</a></li><li><a href="#readiness">Readiness</a></li>${suites.map(
    ({ name }, index) => html`<li><a href="#suite-${index + 1}"><bdi>${name}</bdi></a></li>`,
  )}<li><a href="#repeat">How to repeat the runs</a></li></ul></nav></header>
<main>
${overviewSection(suites)}${readinessSection(suites)}${suites.map(suiteSection)}${repeatSection(data)}
<footer>Letters stand for who answers: a model, its configuration and how it is sampled. Intervals are Wilson’s, at 95 %,
over prompts. Scores of different suites, or versions of one, are not comparable.</footer>
</main>
</body>
</html>
`
  return page.markup
}

function suiteSection(suite: ReportSuite, index: number): Html {
  const prompts = suite.runs[0]?.record.prompts ?? 0
  return html`<section id="suite-${index + 1}"><h2><bdi>${suite.name}</bdi></h2>
<p>${counted(prompts, 'prompt')}${suite.suite && html`: <bdi>${suite.suite.description}</bdi>`}</p>
${suiteTable(suite)}${suitePlots(suite)}${comparisonSection(suite)}${answersSection(suite)}</section>
`
}
