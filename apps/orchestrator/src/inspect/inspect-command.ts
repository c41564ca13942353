import type { Command } from 'commander'
import { integerParser } from '../option-parsers.js'

/** What the command line says to `foretoken inspect`. */
export interface InspectCommandOptions {
  /** Path or URL of a GGUF file. */
  readonly model: string
  /**
   * Context for which the memory is foretold, in tokens.
   * @defaultValue what the model was trained for, at most 4096
   */
  readonly context?: number
  /**
   * Prints JSON.
   * @defaultValue false
   */
  readonly json?: boolean
}

/** Adds what `inspect` is told. */
export function inspectCommand(command: Command, action: (options: InspectCommandOptions) => Promise<void>): void {
  command
    .description('Says what a GGUF file holds, from its header alone.')
    .argument('<model>', 'path or URL of a GGUF file; of a split model the first part')
    .option('--context <tokens>', 'foretell memory for this context', integerParser('--context', 16, 2 ** 31 - 1))
    .option('--json', 'print one JSON object instead of the table')
    .addHelpText('after', help)
    .action((model: string, options: Omit<InspectCommandOptions, 'model'>) => action({ model, ...options }))
}

const help = `
Examples:
  $ foretoken inspect model.gguf
  $ foretoken inspect model-00001-of-00005.gguf --context 32768
  $ foretoken inspect https://example.com/model.gguf
  $ foretoken inspect model.gguf --json | jq .experts.overrideKey

Only the header is read, some megabytes, also of a file behind a URL. Active
parameters are those that one token passes: of a mixture without the idle experts.

Rollback says what happens to a wrong guess: "trim" and "sliding-window" models drop
it, "bounded" ones keep the last few states, "checkpoint" ones go back to a copy and
read the accepted tokens again, "none" cannot be drafted for.

Memory is what llama.cpp allocates on the CPU with flash attention and a cache of
F16: weights, keys and values for the context, recurrent state, and what one batch
of 512 tokens needs between the layers.`
