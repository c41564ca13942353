import { counted, speed } from './closing-line.js'
import type { Colours } from './colours.js'
import type { ComparisonResult } from './run-result.js'

/** The line under the closing line: whether drafting paid off, and whether the text stayed the same. */
export function comparisonLine(comparison: ComparisonResult, colours: Colours): string {
  const { speedup, speedupRange, repetitions, plainTokensPerSecond } = comparison
  const [least, most] = speedupRange.map((ratio) => ratio.toFixed(2))
  const verdict =
    speedup < 1
      ? colours.yellow(`slower than plain decoding: ${speedup.toFixed(2)} times`)
      : colours.bold(`${speedup.toFixed(2)} times plain decoding`)
  const spread = `(${least} to ${most} in ${counted(repetitions, 'repetition')})`
  return [`${verdict} ${spread}`, `${speed(plainTokensPerSecond)} tokens/s plain`, sameness(comparison, colours)].join(
    ' · ',
  )
}

function sameness({ identical, divergence, deterministic }: ComparisonResult, colours: Colours): string {
  const { index = 0, gap } = divergence ?? {}
  if (identical === true) return 'identical text'
  if (!deterministic) return colours.red('plain decoding writes another text each time: nothing can be compared')
  if (identical === 'tie') {
    const distance = gap === undefined ? '' : ` (logits ${gap.toPrecision(2)} apart)`
    return `the same text up to token ${index}, where two tokens are equally good${distance}`
  }
  return colours.red(`DIFFERENT TEXT from token ${index} on: a fault in foretoken, please report it`)
}
