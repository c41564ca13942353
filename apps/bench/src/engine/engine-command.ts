import type { Command } from 'commander'
import { addBenchOptions, type BenchCommandOptions, namesOf } from '../bench-options.js'

/** Options of the command `engine`, as they were given. */
export interface EngineCommandOptions extends BenchCommandOptions {
  readonly prompt: string
  readonly engines: readonly string[]
}

const engineNames = ['native', 'node-llama-cpp']

/** Adds the command `engine`, which does `action`. */
export function addEngineCommand(program: Command, action: (options: EngineCommandOptions) => Promise<void>): void {
  const command = program
    .command('engine')
    .description(
      'Measures what the engines cost: plain decoding, perfect and hopeless drafts, and time outside of the model.',
    )
  addBenchOptions(command, { models: 'base,0.2b,0.6b', maxTokens: 64, out: 'bench/engine.json' })
    .option('--prompt <id>', 'prompt whose answer is written', 'rename-walk')
    .option('--engines <names>', `of ${engineNames.join(', ')}`, namesOf('--engines', engineNames), engineNames)
    .action((options: EngineCommandOptions) => action(options))
}
