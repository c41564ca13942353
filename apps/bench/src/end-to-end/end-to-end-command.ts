import type { Command } from 'commander'
import { addBenchOptions, type BenchCommandOptions, names, namesOf } from '../bench-options.js'

/** Options of the command `end-to-end`, as they were given. */
export interface EndToEndCommandOptions extends BenchCommandOptions {
  readonly prompts: readonly string[]
  readonly engines: readonly string[]
  readonly drafters: readonly string[]
}

/** Engines by name; `foretoken` stands for our loop on each of its engines. */
const engineNames = ['foretoken', 'foretoken/native', 'foretoken/node-llama-cpp', 'node-llama-cpp', 'llama-server']

/** Adds the command `end-to-end`, which does `action`. */
export function addEndToEndCommand(program: Command, action: (options: EndToEndCommandOptions) => Promise<void>): void {
  const command = program
    .command('end-to-end')
    .description('Lets every engine and drafter write the same answers, and compares their speed.')
  addBenchOptions(command, { models: 'base,0.2b,0.6b', maxTokens: 48, out: 'bench/end-to-end.json' })
    .option('--prompts <names>', 'ids or kinds of prompts, separated by commas', names, [
      'rename-walk',
      'arithmetic-mugs',
    ])
    .option('--engines <names>', `of ${engineNames.join(', ')}`, namesOf('--engines', engineNames), [])
    .option('--drafters <names>', 'only these beside plain decoding, separated by commas', names, [])
    .action((options: EndToEndCommandOptions) => action(options))
}
