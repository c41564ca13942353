import { SpeculationError } from '@foretoken/contract'
import { Command } from 'commander'
import { addEndToEndCommand, type EndToEndCommandOptions } from './end-to-end/end-to-end-command.js'
import { addEngineCommand, type EngineCommandOptions } from './engine/engine-command.js'
import type { Host } from './host.js'
import { type InflatedSize, inflatedSizes } from './inflate/presets.js'
import { addReplayCommand, type ReplayCommandOptions } from './replay/replay-command.js'
import { addSoakCommand, type SoakCommandOptions } from './soak/soak-command.js'

/** Options of the command `inflate`, as they were given. */
export interface InflateCommandOptions {
  readonly size: InflatedSize
  readonly width?: number
  readonly feedForward?: number
  readonly heads?: number
  readonly kvHeads?: number
  readonly layers?: number
  readonly vocabulary?: number
  readonly json?: boolean
}

/** Options of the command `demo`, as they were given. */
export interface DemoCommandOptions {
  readonly repetitions: number
  readonly maxTokens: number
  readonly prompts: readonly string[]
  readonly threads?: number
  readonly json?: boolean
}

/** Options of the command `weights`, as they were given. */
export interface WeightsCommandOptions {
  readonly write: string
}

/** What the commands do. */
export interface Commands {
  inflate(model: string, options: InflateCommandOptions): Promise<void>
  demo(options: DemoCommandOptions): Promise<void>
  replay(options: ReplayCommandOptions): Promise<void>
  traces(): Promise<void>
  endToEnd(options: EndToEndCommandOptions): Promise<void>
  engine(options: EngineCommandOptions): Promise<void>
  weights(options: WeightsCommandOptions): Promise<void>
  soakServe(options: SoakCommandOptions): Promise<void>
}

/** The command line: its commands and their options. */
export function program(host: Host, commands: Commands): Command {
  const command = new Command('foretoken-bench')
    .description('Measures what drafting brings, on models that cost what real ones do.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stderr.write(text),
      getOutHelpWidth: () => host.stdout.columns || 80,
      // Errors are printed in one place, in one form.
      outputError: () => {},
    })
  command
    .command('demo')
    .description('Answers the example prompts plainly and drafted, and compares output and speed.')
    .option('--repetitions <count>', 'runs each way of every prompt', integer('--repetitions', 1, 100), 3)
    .option('--max-tokens <count>', 'most tokens of an answer', integer('--max-tokens', 1, 512), 64)
    .option('--prompts <names>', 'ids or kinds of prompts, separated by commas', names, [])
    .option(
      '--threads <count>',
      'CPU threads (default: physical cores or one, whichever is faster now)',
      integer('--threads', 1, 512),
    )
    .option('--json', 'print one JSON object')
    .action((options: DemoCommandOptions) => commands.demo(options))
  command
    .command('inflate')
    .description('Copies a model into a larger shape: the same text, at the cost of a real model.')
    .argument('<model>', 'path of a GGUF file (qwen3, qwen3moe or lfm2; F16 or Q8_0)')
    .option('--size <name>', `a shape: ${inflatedSizes.join(' or ')}`, size, '0.2b')
    .option('--width <length>', 'length of the residual stream', integer('--width', 32, MOST))
    .option('--feed-forward <length>', 'inner length of a feed-forward block', integer('--feed-forward', 32, MOST))
    .option('--heads <count>', 'attention heads', integer('--heads', 1, MOST))
    .option('--kv-heads <count>', 'key and value heads', integer('--kv-heads', 1, MOST))
    .option('--layers <count>', 'layers', integer('--layers', 1, 1_000))
    .option('--vocabulary <count>', 'tokens, those added unused', integer('--vocabulary', 1, 1_000_000))
    .option('--json', 'print one JSON object')
    .action((model: string, options: InflateCommandOptions) => commands.inflate(model, options))
  command
    .command('traces')
    .description('Records the token traces of the fixtures anew.')
    .action(() => commands.traces())
  command
    .command('weights')
    .description('Learns from those traces what copies are worth: warm-weights.ts of the drafters that start with it.')
    .requiredOption('--write <folder>', 'folder of the packages')
    .action((options: WeightsCommandOptions) => commands.weights(options))
  addReplayCommand(command, (options) => commands.replay(options))
  addEndToEndCommand(command, (options) => commands.endToEnd(options))
  addEngineCommand(command, (options) => commands.engine(options))
  addSoakCommand(command, integer, (options) => commands.soakServe(options))
  return command
}

const MOST = 65_536

function integer(option: string, min: number, max: number): (value: string) => number {
  return (value) => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN
    if (number >= min && number <= max) return number
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      `${option} must be an integer from ${min} to ${max}, got "${value}"`,
    )
  }
}

function size(value: string): InflatedSize {
  const found = inflatedSizes.find((name) => name === value)
  if (found !== undefined) return found
  throw new SpeculationError('ERR_OPTION_INVALID', `--size must be ${inflatedSizes.join(' or ')}, got "${value}"`)
}

function names(value: string): readonly string[] {
  return value.split(',').filter((name) => name !== '')
}
