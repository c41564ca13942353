import type { Command } from 'commander'
import { numberParser } from '../option-parsers.js'
import type { RecommendCommandOptions, RegistryOptions } from './registry-options.js'

const REGISTRY = ['--registry <file>', 'a registry (default: the one that comes with Foretoken)'] as const
const JSON_OPTION = ['--json', 'print one JSON object instead of the text'] as const

/** Adds `registry` with what can be done with one. */
export function registryCommand(command: Command, action: (options: RegistryOptions) => Promise<void>): void {
  command.description('Checks and shows registries: models, roles, what was measured, what contradicts it.')
  type Told = Omit<RegistryOptions, 'what' | 'name'>
  command
    .command('validate')
    .description('Says what is wrong with a registry, with the lines.')
    .argument('<file>', 'a registry, as YAML')
    .option(...JSON_OPTION)
    .action((name: string, options: Told) => action({ ...options, what: 'validate', name }))
    .addHelpText('after', validateHelp)
  command
    .command('show')
    .description('Shows a registry, or one role or model of it, with the lines that it is taken from.')
    .argument('[name]', 'a role or a model')
    .option(...REGISTRY)
    .option(...JSON_OPTION)
    .action((name: string | undefined, options: Told) =>
      action({ ...options, what: 'show', ...(name !== undefined && { name }) }),
    )
  command
    .command('contradictions')
    .description('Lists what cannot all be true, with the lines of each side.')
    .option(...REGISTRY)
    .option(...JSON_OPTION)
    .action((options: Told) => action({ ...options, what: 'contradictions' }))
}

/** Adds what `recommend` is told. */
export function recommendCommand(command: Command, action: (options: RecommendCommandOptions) => Promise<void>): void {
  command
    .description('Says which model and settings are fastest for a task and good enough, by what was measured.')
    .argument('[task]', 'code, math, design, …; without one the recommendations of the sources are checked')
    .option('--quality <percent>', 'least share of the points (default: 80)', numberParser('--quality', 0, 100))
    .option('--memory <gigabytes>', 'most memory for weights', numberParser('--memory', 0.1, 1_000_000))
    .option('--rejected', 'also show what does not fit, and why')
    .option(...REGISTRY)
    .option(...JSON_OPTION)
    .action((task: string | undefined, options: Omit<RecommendCommandOptions, 'task'>) =>
      action({ ...options, ...(task !== undefined && { task }) }),
    )
    .addHelpText('after', recommendHelp)
}

const validateHelp = `
Exit codes:
  0  it is a registry
  2  wrong usage
  3  it is not, or cannot be read`

const recommendHelp = `
Examples:
  $ foretoken recommend code
  $ foretoken recommend math --quality 90 --memory 24
  $ foretoken recommend code --rejected
  $ foretoken recommend                    what the sources recommend, checked

Quality is the share of the points in the suites of the task. Of a configuration
that was measured several times the newest figure counts; what the machine cannot
have brought, what is deprecated and what was never judged is left out.

Exit codes:
  0  something fits; without a task, always
  1  nothing does
  2  wrong usage
  3  the registry cannot be used`
