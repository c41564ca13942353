import type { Interval } from '@foretoken/judge'
import { barX, dot, ruleX, ruleY, stackX, text } from '@observablehq/plot'
import { fixed, percent } from './figure-text.js'
import { type Html, type HtmlValue, html } from './html.js'
import { plotSvg } from './plot-svg.js'
import type { ReportSuite } from './report-data.js'
import { scores, tiers } from './run-figures.js'
import { table } from './table.js'

/** Height of a run in a plot, in pixels. */
const rowHeight = 18

/** The plots of a suite, each with its figures as a table. */
export function suitePlots(suite: ReportSuite): Html {
  return html`<div class="plots">${passRatePlot(suite)}${scorePlot(suite)}${speedPlot(suite)}</div>`
}

/** How many prompts of each tier pass, with intervals. */
function passRatePlot({ name, runs }: ReportSuite): Html | undefined {
  const points = runs.flatMap(({ letter, figures }) =>
    [...figures.byTier].flatMap(([tier, { passRate, passed, checked }]) =>
      passRate === undefined ? [] : [{ letter, tier, passed, checked, ...percentages(passRate) }],
    ),
  )
  if (points.length === 0) return undefined
  const shown = tiers.filter((tier) => points.some((point) => point.tier === tier))
  const place = { y: 'letter', fy: 'tier' } as const
  return figure({
    title: 'Passed, by tier',
    note: 'The dot is the share of answers that passed, the line its 95 % interval over prompts.',
    plot: plotSvg({
      height: 50 + shown.length * (runs.length * rowHeight + 14),
      x: { domain: [0, 100], label: 'passed, %', ticks: 5, grid: true },
      y: { domain: runs.map(({ letter }) => letter), label: '', tickSize: 0, padding: 0.3 },
      fy: { domain: shown, label: '', padding: 0.2 },
      marks: [
        ruleY(points, {
          ...place,
          x1: 'low',
          x2: 'high',
          stroke: 'var(--accent)',
          strokeWidth: 3,
          strokeOpacity: 0.45,
        }),
        dot(points, { ...place, x: 'value', r: 4, fill: 'var(--accent)', stroke: 'var(--surface)' }),
      ],
    }),
    caption: `${name}: passed, by tier`,
    head: ['Run', 'Tier', 'Passed', 'Share', '95 % interval'],
    rows: points.map(({ letter, tier, passed, checked, value, low, high }) => [
      ...[letter, tier, `${passed} of ${checked}`],
      ...[percent(value / 100), `${percent(low / 100)} to ${percent(high / 100)}`],
    ]),
  })
}

const categories = [...scores, 'none'] as const

/** How many answers got which score. */
function scorePlot({ name, runs }: ReportSuite): Html {
  const rows = runs.map(({ letter, figures: { all } }) => ({
    letter,
    counts: categories.map((score) => (score === 'none' ? all.unscored : all.byScore[score])),
  }))
  const bars = rows.flatMap(({ letter, counts }) =>
    categories.map((score, index) => ({ letter, score, answers: counts[index] ?? 0 })),
  )
  const used = categories.filter(
    (score) => score !== 'none' || bars.some((bar) => bar.score === score && bar.answers > 0),
  )
  return figure({
    title: 'Scores',
    note: 'Share of all answers by score, from 3 (right) to 0 (empty or garbage).',
    legend: used.map(
      (score) => html`<li><i class="swatch s-${score}"></i>${score === 'none' ? 'no score' : score}</li>`,
    ),
    plot: plotSvg({
      height: 50 + runs.length * (rowHeight + 6),
      x: { percent: true, domain: [0, 100], label: 'answers, %', ticks: 5, grid: true },
      y: { domain: runs.map(({ letter }) => letter), label: '', tickSize: 0, padding: 0.25 },
      color: { type: 'identity' },
      marks: [
        barX(
          bars,
          stackX(
            { offset: 'normalize' },
            {
              x: 'answers',
              y: 'letter',
              fill: ({ score }: (typeof bars)[number]) => `var(--s-${score})`,
              stroke: 'var(--surface)',
              order: null,
            },
          ),
        ),
      ],
    }),
    caption: `${name}: answers by score`,
    head: ['Run', ...categories.map((score) => (score === 'none' ? 'none' : `${score}`))],
    rows: rows.map(({ letter, counts }) => [letter, ...counts]),
  })
}

/** How fast runs are and how often they pass. */
function speedPlot({ name, runs }: ReportSuite): Html | undefined {
  const points = runs.flatMap(({ letter, summary: { tokensPerSecond }, figures: { all } }) =>
    tokensPerSecond === undefined || all.passRate === undefined
      ? []
      : [{ letter, tokensPerSecond, ...percentages(all.passRate) }],
  )
  if (points.length === 0) return undefined
  const fastest = Math.max(...points.map(({ tokensPerSecond }) => tokensPerSecond))
  const place = { x: 'tokensPerSecond' } as const
  return figure({
    title: 'Speed and quality',
    note: 'Further right is faster, further up is better; the line is the 95 % interval over prompts.',
    plot: plotSvg({
      height: 260,
      x: { domain: [0, fastest * 1.1], label: 'tokens/s', ticks: 5, grid: true },
      y: { domain: [0, 100], label: 'passed, %', ticks: 5, grid: true },
      marks: [
        ruleX(points, {
          ...place,
          y1: 'low',
          y2: 'high',
          stroke: 'var(--accent)',
          strokeWidth: 3,
          strokeOpacity: 0.35,
        }),
        dot(points, { ...place, y: 'value', r: 4.5, fill: 'var(--accent)', stroke: 'var(--surface)' }),
        text(points, { ...place, y: 'value', text: 'letter', dx: 10, textAnchor: 'start', fontWeight: 600 }),
      ],
    }),
    caption: `${name}: speed and quality`,
    head: ['Run', 'Tokens/s', 'Passed'],
    rows: points.map(({ letter, tokensPerSecond, value }) => [letter, fixed(tokensPerSecond, 1), percent(value / 100)]),
  })
}

interface FigureOptions {
  readonly title: string
  readonly note: string
  readonly legend?: readonly Html[]
  readonly plot: Html
  readonly caption: string
  readonly head: readonly HtmlValue[]
  readonly rows: readonly (readonly HtmlValue[])[]
}

function figure({ title, note, legend, plot, caption, head, rows }: FigureOptions): Html {
  return html`<figure>
<figcaption><b>${title}</b> ${note}</figcaption>
${legend && html`<ul class="legend">${legend}</ul>`}
<div role="img" aria-label="${caption}; the figures are in the table below">${plot}</div>
<details><summary>Figures as a table</summary>${table({ caption, head, rows })}</details>
</figure>
`
}

function percentages({ value, low, high }: Interval): Interval {
  return { value: 100 * value, low: 100 * low, high: 100 * high }
}
