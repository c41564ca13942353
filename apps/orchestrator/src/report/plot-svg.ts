import { type PlotOptions, plot } from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { type Html, trustedMarkup } from './html.js'

/** Width of all plots in pixels: that of a phone. */
const width = 340

/**
 * A plot as SVG. Nothing foreign may be in `options`, since its markup is trusted: runs go by their letters, and what a plot
 * says is said in HTML beside it.
 */
export function plotSvg(options: PlotOptions): Html {
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const svg = plot({ width, marginLeft: 34, marginRight: 34, style: { fontSize: '11px' }, ...options, document })
  svg.setAttribute('aria-hidden', 'true')
  return trustedMarkup(svg.outerHTML)
}
