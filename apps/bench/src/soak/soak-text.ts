import type { PairedTurns } from './paired-turns.js'
import type { ProcessFigures } from './process-figures.js'
import type { SoakReport } from './soak-report.js'

/** The report as a person reads it. */
export function soakText(report: SoakReport): string {
  const { answers, different, failures, cutOff, engineKills, queueMs, before, halfway, after } = report
  const failed = Object.entries(failures).map(([reason, count]) => `\n  ${count} × ${reason}`)
  const rates = ({ drafting, plain, ratio, interval: [low, high] }: PairedTurns) =>
    `drafting ${rounded(drafting)}; plain ${rounded(plain)}; ratio ${ratio.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`
  const { goodputByProcessor: byProcessor } = report
  const processor = byProcessor === undefined ? '' : `\ntokens by second of processor ${rates(byProcessor)}`
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0)
  const levels = (figure: (one: ProcessFigures) => string) => [before, halfway, after].map(figure).join(' → ')
  return `${report.clients} clients, ${report.slots} slots, ${report.seconds} s: ${answers} answers
different from a single client's: ${different}; cut off by clients: ${cutOff}; engine killed: ${engineKills} times
not whole: ${Object.values(failures).reduce((sum, count) => sum + count, 0)}${failed.join('')}
queue wait: p50 ${queueMs.p50.toFixed(1)} ms, p99 ${queueMs.p99.toFixed(1)} ms, most ${queueMs.most.toFixed(1)} ms
tokens/s ${rates(report.goodput)}${processor}
server memory ${levels(({ residentBytes }) => megabytes(residentBytes))} MB, engine ${levels(({ engineBytes }) => megabytes(engineBytes))} MB, descriptors ${levels(({ descriptors }) => `${descriptors}`)}
`
}

function rounded(rates: readonly number[]): string {
  return rates.map((rate) => rate.toFixed(0)).join(', ')
}
