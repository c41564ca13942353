import { writeFile } from 'node:fs/promises'
import { SpeculationError } from '@foretoken/contract'
import { fixturePath } from '@foretoken/fixtures'
import { drafterNames } from './drafters.js'
import { type ReplayReport, replay } from './replay.js'
import type { ReplayCommandOptions } from './replay-command.js'
import { compareShapes, type ShapeReport } from './shapes/compare-shapes.js'
import { betaCost, readCostCurve, type StepCost } from './step-cost.js'
import { firstTokens, readTrace, type Trace, traceFiles } from './trace-file.js'

/** What the command `replay` does, up to printing: reads the traces, replays them, and writes the file asked for. */
export async function runReplay(
  options: ReplayCommandOptions,
  onProgress: (topic: string, detail?: string) => void,
  signal: AbortSignal,
): Promise<ReplayReport> {
  const { drafter = drafterNames, policy = [], concurrency, warm = false, passes, out } = options
  const report = await replay({
    traces: await readTraces(options),
    drafters: drafter,
    policies: policy,
    costs: await costsOf(options),
    concurrency,
    warm,
    passes,
    onProgress,
    signal,
  })
  if (out !== undefined) await write(out, report)
  return report
}

/** The same with `--tree`: path and tree drafts of one drafter. */
export async function runShapes(
  options: ReplayCommandOptions,
  onProgress: (topic: string, detail?: string) => void,
  signal: AbortSignal,
): Promise<ShapeReport> {
  const traces = await readTraces(options)
  const report = await compareShapes(traces, await costsOf(options), onProgress, signal)
  if (options.out !== undefined) await write(options.out, report)
  return report
}

async function readTraces({ traces = fixturePath('traces'), files, first }: ReplayCommandOptions): Promise<Trace[]> {
  const read: Trace[] = []
  for (const path of await traceFiles(traces, files)) {
    const trace = await readTrace(path)
    read.push(first === undefined ? trace : firstTokens(trace, first))
  }
  return read
}

async function costsOf({ beta, costCurve }: ReplayCommandOptions): Promise<[StepCost, ...StepCost[]]> {
  if (costCurve !== undefined) return [await readCostCurve(costCurve)]
  return [...new Set(beta)].map(betaCost) as [StepCost, ...StepCost[]]
}

async function write(path: string, report: ReplayReport | ShapeReport): Promise<void> {
  try {
    await writeFile(path, `${JSON.stringify(report, undefined, 2)}\n`)
  } catch (cause) {
    throw new SpeculationError('ERR_FILE_NOT_FOUND', `${path} cannot be written`, { cause })
  }
}
