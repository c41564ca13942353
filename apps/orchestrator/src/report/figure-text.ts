import { basename } from 'node:path'
import type { Interval } from '@foretoken/judge'
import { type Html, html } from './html.js'
import type { ReportRun } from './report-data.js'

/** A share as a percentage. */
export function percent(share: number): string {
  return `${Math.round(100 * share)} %`
}

/** A share with the interval that it lies in. */
export function percentWithin({ value, low, high }: Interval): string {
  return `${percent(value)} (${Math.round(100 * low)}–${Math.round(100 * high)})`
}

/** A figure that may be missing. */
export function fixed(value: number | undefined, digits: number): string {
  return value === undefined ? '–' : value.toFixed(digits)
}

/** A difference with its sign. */
export function signed(value: number): string {
  // Rounded first, so that a nought has no sign.
  const rounded = Number(value.toFixed(2))
  return `${rounded > 0 ? '+' : rounded < 0 ? '−' : ''}${Math.abs(rounded).toFixed(2)}`
}

/** A number of things. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`
}

/** Who answers, in short. */
export function runName({ letter, record }: ReportRun): Html {
  const { model, configuration } = record
  return html`<b class="letter">${letter}</b> <bdi>${basename(model.path)}</bdi> · <bdi>${configuration.name}</bdi>`
}
