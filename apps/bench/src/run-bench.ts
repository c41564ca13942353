import { join } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import type { BenchCommandOptions } from './bench-options.js'
import { cacheFolder } from './cache-folder.js'
import type { EndToEndCommandOptions } from './end-to-end/end-to-end-command.js'
import type { EngineCommandOptions } from './engine/engine-command.js'
import { writeReport } from './write-report.js'

/** A finished bench: its report, as it is written, and as a person reads it. */
export interface BenchResult {
  readonly report: object
  readonly text: string
  /** Where the report was written. */
  readonly path: string
}

/** What a bench needs besides its options. */
export interface BenchWork {
  readonly onProgress: (topic: string, detail?: string) => void
  readonly signal: AbortSignal
}

/** What the command `end-to-end` does, up to printing. */
export async function runEndToEnd(options: EndToEndCommandOptions, work: BenchWork): Promise<BenchResult> {
  const { endToEnd } = await import('./end-to-end/end-to-end.js')
  const { endToEndText } = await import('./end-to-end/end-to-end-table.js')
  const report = await unlessAborted(work.signal, endToEnd({ ...options, ...work }))
  return kept(options, 'end-to-end', { report, text: endToEndText(report) })
}

/** What the command `engine` does, up to printing. */
export async function runEngineBench(options: EngineCommandOptions, work: BenchWork): Promise<BenchResult> {
  const { engineBench } = await import('./engine/engine-bench.js')
  const { engineText } = await import('./engine/engine-table.js')
  const report = await unlessAborted(work.signal, engineBench({ ...options, ...work }))
  return kept(options, 'engine', { report, text: engineText(report) })
}

/** Whatever fails once the bench is cancelled, such as a request to a server, fails for that. */
async function unlessAborted<Report>(signal: AbortSignal, work: Promise<Report>): Promise<Report> {
  try {
    return await work
  } catch (cause) {
    if (!signal.aborted) throw cause
    throw new SpeculationError('ERR_ABORTED', 'the bench was cancelled', { cause })
  }
}

async function kept<Result extends { report: object; text: string }>(
  { out }: BenchCommandOptions,
  name: string,
  result: Result,
): Promise<BenchResult> {
  const path = out ?? join(cacheFolder('bench'), `${name}.json`)
  await writeReport(path, result.report)
  return { ...result, path }
}
