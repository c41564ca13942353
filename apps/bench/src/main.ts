import { errorTable, SpeculationError } from '@foretoken/contract'
import { CommanderError } from 'commander'
import type { BenchCommandOptions } from './bench-options.js'
import { demoText } from './demo/demo-table.js'
import { type Host, interruptible } from './host.js'
import { inflate } from './inflate/inflate.js'
import { presetShape } from './inflate/presets.js'
import { type DemoCommandOptions, type InflateCommandOptions, program } from './program.js'
import { type ProgressLine, percent, progressLine } from './progress-line.js'
import type { ReplayCommandOptions } from './replay/replay-command.js'
import { replayText } from './replay/replay-table.js'
import { shapeText } from './replay/shapes/shape-table.js'
import type { BenchResult, BenchWork } from './run-bench.js'
import type { SoakCommandOptions } from './soak/soak-command.js'

/** Runs the command line `args` (without `node` and the script) and returns the exit code; prints every error itself. */
export async function main(args: readonly string[], host: Host): Promise<number> {
  let exitCode = 0
  const commands = program(host, {
    inflate: (model, options) => runInflate(host, model, options),
    demo: async (options) => {
      exitCode = await runDemo(host, options)
    },
    replay: (options) => replay(host, options),
    traces: () => runTraces(host),
    endToEnd: async (options) => bench(host, options, (await import('./run-bench.js')).runEndToEnd),
    engine: async (options) => bench(host, options, (await import('./run-bench.js')).runEngineBench),
    weights: ({ write }) => runWeights(host, write),
    soakServe: async (options) => {
      exitCode = await runSoak(host, options)
    },
  })
  try {
    await commands.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    return printError(host, error)
  }
}

async function runInflate(host: Host, path: string, options: InflateCommandOptions): Promise<void> {
  const { size, json, ...dimensions } = options
  const inflated = await shown(host, (show, signal) =>
    inflate({
      path,
      shape: (source) => ({ ...presetShape(size, source), ...dimensions }),
      onProgress: ({ doneBytes, totalBytes }) => show(`inflating ${path}`, percent(doneBytes, totalBytes)),
      signal,
    }),
  )
  host.stdout.write(`${json ? JSON.stringify(inflated) : inflated.path}\n`)
}

async function runDemo(host: Host, options: DemoCommandOptions): Promise<number> {
  // llama.cpp is loaded only for a command that needs it.
  const { demo } = await import('./demo/demo.js')
  const { json, ...demoOptions } = options
  const report = await shown(host, (onProgress, signal) => demo({ ...demoOptions, onProgress, signal }))
  host.stdout.write(json ? `${JSON.stringify(report)}\n` : demoText(report))
  return report.identical === false ? 1 : 0
}

async function replay(host: Host, options: ReplayCommandOptions): Promise<void> {
  const { runReplay, runShapes } = await import('./replay/run-replay.js')
  if (options.tree) {
    const shapes = await shown(host, (onProgress, signal) => runShapes(options, onProgress, signal))
    host.stdout.write(options.json ? `${JSON.stringify(shapes)}\n` : shapeText(shapes))
    return
  }
  const report = await shown(host, (onProgress, signal) => runReplay(options, onProgress, signal))
  host.stdout.write(options.json ? `${JSON.stringify(report)}\n` : replayText(report))
}

async function runTraces(host: Host): Promise<void> {
  const { writeTraces } = await import('./traces/write-traces.js')
  const { folder, requests, outputTokens } = await shown(host, (onProgress, signal) =>
    writeTraces({ onProgress, signal }),
  )
  host.stdout.write(`${requests} requests, ${outputTokens} output tokens in ${folder}\n`)
}

async function runWeights(host: Host, packages: string): Promise<void> {
  const { writeWeights } = await import('./weights/weights-command.js')
  for (const path of await writeWeights(packages)) host.stdout.write(`${path}\n`)
}

async function runSoak(host: Host, options: SoakCommandOptions): Promise<number> {
  const [{ soak }, { soakText }] = await Promise.all([import('./soak/soak.js'), import('./soak/soak-text.js')])
  const report = await shown(host, (onProgress, signal) => soak(options, { onProgress, signal }))
  host.stdout.write(options.json ? `${JSON.stringify(report)}\n` : soakText(report))
  return report.different === 0 && Object.keys(report.failures).length === 0 ? 0 : 1
}

async function bench<Options extends BenchCommandOptions>(
  host: Host,
  options: Options,
  run: (options: Options, work: BenchWork) => Promise<BenchResult>,
): Promise<void> {
  const { report, text, path } = await shown(host, (onProgress, signal) => run(options, { onProgress, signal }))
  host.stdout.write(options.json ? `${JSON.stringify(report)}\n` : `${text}\n${path}\n`)
}

/** Runs what can be interrupted while a progress line tells of it. */
async function shown<Result>(
  host: Host,
  work: (show: ProgressLine['show'], signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  using progress = progressLine(host.stderr)
  return await interruptible(host, (signal) => work(progress.show, signal))
}

/** One sentence with the cure; returns the exit code. */
function printError(host: Host, error: unknown): number {
  if (error instanceof CommanderError) {
    // The help was asked for and is printed by then.
    if (error.exitCode === 0) return 0
    if (error.code !== 'commander.help') host.stderr.write(`${error.message}; see --help\n`)
    return errorTable.ERR_OPTION_INVALID.exitCode
  }
  if (!SpeculationError.is(error)) throw error
  const { cure, exitCode } = errorTable[error.code]
  // A message with a semicolon ends in a cure of its own, nearer to the matter than the table's.
  const sentence = error.message.includes('; ') ? error.message : `${error.message}; ${cure}`
  host.stderr.write(error.code === 'ERR_ABORTED' ? 'interrupted\n' : `${sentence} (${error.code})\n`)
  return exitCode
}
