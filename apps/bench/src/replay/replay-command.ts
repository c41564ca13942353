import { SpeculationError } from '@foretoken/contract'
import { type Command, Option } from 'commander'
import { drafterNames } from './drafters.js'
import { policyNames } from './policies.js'

/** Options of the command `replay`, as they were given. */
export interface ReplayCommandOptions {
  readonly traces?: string
  readonly files?: readonly string[]
  readonly drafter?: readonly string[]
  readonly policy?: readonly string[]
  readonly beta: readonly number[]
  readonly costCurve?: string
  readonly concurrency: number
  readonly warm?: boolean
  readonly first?: number
  readonly passes: number
  readonly tree?: boolean
  readonly out?: string
  readonly json?: boolean
}

/** Adds the command `replay`, which does `action`. */
export function addReplayCommand(program: Command, action: (options: ReplayCommandOptions) => Promise<void>): void {
  program
    .command('replay')
    .description('Replays recorded texts on drafters: what each would have brought, and what it took.')
    .option('--traces <folder>', 'folder of *.jsonl and *.jsonl.gz (default: fixtures/traces)')
    .option('--files <names...>', 'trace files without their suffix (default: all)', names)
    .option('--drafter <names...>', `drafters: ${drafterNames.join(', ')} (default: all)`, names)
    .option('--policy <names...>', `length policies: ${policyNames.join(', ')} (default: each drafter’s own)`, names)
    .option(
      '--beta <costs>',
      'what a drafted token costs of a plain step, separated by commas',
      betas,
      [0.03, 0.1, 0.3],
    )
    .addOption(
      new Option('--cost-curve <file>', 'measured costs: [{ "width": 1, "seconds": 0.02 }, …]').conflicts('beta'),
    )
    .option('--concurrency <count>', 'requests that are open at once', whole('--concurrency', 1_024), 1)
    .option('--warm', 'keep a drafter from file to file')
    .option('--first <tokens>', 'only so many output tokens of each file', whole('--first', 2 ** 31 - 1))
    .option('--passes <count>', 'time each file so often; what a call takes is the median', whole('--passes', 99), 3)
    .addOption(
      new Option('--tree', 'compare path and tree drafts of one drafter instead').conflicts([
        'drafter',
        'policy',
        'costCurve',
        'warm',
        'concurrency',
      ]),
    )
    .option('--out <file>', 'write the JSON object to a file')
    .option('--json', 'print one JSON object')
    .action((options: ReplayCommandOptions) => action(options))
}

/** Names may be separated by spaces or commas, and the option given several times. */
function names(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, ...value.split(',').filter((name) => name !== '')]
}

function betas(value: string): readonly number[] {
  return value.split(',').map((text) => {
    const beta = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN
    if (beta >= 0 && beta <= 10) return beta
    throw new SpeculationError(
      'ERR_OPTION_INVALID',
      `--beta takes numbers from 0 to 10, separated by commas; got "${text}"`,
    )
  })
}

function whole(option: string, max: number): (value: string) => number {
  return (value) => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN
    if (number >= 1 && number <= max) return number
    throw new SpeculationError('ERR_OPTION_INVALID', `${option} must be an integer from 1 to ${max}, got "${value}"`)
  }
}
