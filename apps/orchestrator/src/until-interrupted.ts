import { SpeculationError } from '@foretoken/contract'
import { type PrintErrorOptions, printError } from './error-report.js'
import type { Host } from './host.js'
import type { Interruption } from './interruption.js'
import type { ProgressLine } from './progress-line.js'

/** What an interruption is told with. */
export interface InterruptedParts extends PrintErrorOptions {
  readonly host: Host
  readonly interruption: Interruption
  readonly progress: ProgressLine
}

/** Does a command's work, which returns its exit code. Cancelled before there is anything to show, it says just that. */
export async function untilInterrupted(
  { host, interruption, progress, ...print }: InterruptedParts,
  work: () => Promise<number>,
): Promise<number> {
  try {
    return await work()
  } catch (error) {
    progress.clear()
    if (interruption.readerGone) return 0
    if (!SpeculationError.is(error, 'ERR_ABORTED')) throw error
    const exitCode = printError(error, host, print)
    return interruption.exitCode || exitCode
  }
}
