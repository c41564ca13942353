import { SpeculationError } from '@foretoken/contract'
import { type Command, Option } from 'commander'
import type { BenchFormat, BenchModelName } from './bench-models.js'
import { parseModelNames } from './bench-models.js'

/** Options that the commands `engine` and `end-to-end` share, as they were given. */
export interface BenchCommandOptions {
  readonly models: readonly BenchModelName[]
  readonly format: BenchFormat
  readonly maxTokens: number
  readonly repetitions: number
  readonly threads?: number
  readonly llamaCpp?: string
  readonly out?: string
  readonly json?: boolean
}

/** Adds the options that the commands `engine` and `end-to-end` share. */
export function addBenchOptions(
  command: Command,
  defaults: { models: string; maxTokens: number; out: string },
): Command {
  return command
    .option(
      '--models <names>',
      'base, 0.2b, 0.6b, separated by commas',
      parseModelNames,
      parseModelNames(defaults.models),
    )
    .addOption(new Option('--format <name>', 'of the weights').choices(['q8_0', 'f16']).default('q8_0'))
    .option('--max-tokens <count>', 'most tokens of a text', whole('--max-tokens', 512), defaults.maxTokens)
    .option('--repetitions <count>', 'rounds', whole('--repetitions', 100), 3)
    .option('--threads <count>', 'CPU threads (default: as many as physical cores)', whole('--threads', 512))
    .option('--llama-cpp <folder>', 'llama.cpp’s own programs (default: what npm run test:engines has built)')
    .option('--out <file>', `write the JSON object to a file (default: ${defaults.out} in Foretoken’s cache)`)
    .option('--json', 'print one JSON object')
}

/** A reader of positive whole numbers. */
function whole(option: string, max: number): (value: string) => number {
  return (value) => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN
    if (number >= 1 && number <= max) return number
    throw new SpeculationError('ERR_OPTION_INVALID', `${option} must be an integer from 1 to ${max}, got "${value}"`)
  }
}

/** A reader of names that are separated by commas. */
export function names(value: string): readonly string[] {
  return value.split(',').filter((name) => name !== '')
}

/** A reader of such names of which each must be known. */
export function namesOf(option: string, known: readonly string[]): (value: string) => readonly string[] {
  return (value) => {
    const wanted = names(value)
    const unknown = wanted.find((name) => !known.includes(name))
    if (wanted.length > 0 && unknown === undefined) return wanted
    const got = unknown ?? value
    throw new SpeculationError('ERR_OPTION_INVALID', `${option} takes ${known.join(', ')}; got "${got}"`)
  }
}
