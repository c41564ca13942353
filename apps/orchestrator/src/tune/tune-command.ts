import type { Command } from 'commander'
import { drafterNames } from '../drafting.js'
import { draftModelOptions, memoryOption, policyOption } from '../drafting-command.js'
import { modelOptions } from '../model-command.js'
import { integerParser, listParser, numberParser } from '../option-parsers.js'
import { drafterHelp, lengthHelp, temperatureHelp, tuneHelp } from './tune-help.js'
import type { TuneOptions } from './tune-options.js'

/** Adds `tune` with what it can tune. */
export function tuneCommand(command: Command, action: (options: TuneOptions) => Promise<void>): void {
  command
    .description('Measures on this machine which draft length, temperature or drafter is fastest.')
    .addHelpText('after', tuneHelp)
  const what = (name: TuneOptions['what'], description: string): Command =>
    command
      .command(name)
      .description(description)
      .argument('<model>', 'path of a GGUF file')
      .action((model: string, options: Omit<TuneOptions, 'what' | 'model'>) =>
        action({ what: name, model, ...options }),
      )
  common(
    drafterOption(what('k', 'Measures draft lengths against drafting off.')).option(
      '--lengths <list>',
      'draft lengths to try (default: 2,4,6,8,12,16,24)',
      lengths,
    ),
  ).addHelpText('after', lengthHelp)
  common(
    drafterOption(what('temp', 'Measures what drafting brings at different temperatures.'))
      .option('--temperatures <list>', 'temperatures to try (default: 0,0.3,0.5,0.7,1)', list('--temperatures'))
      .option(
        '--draft-temperatures <list>',
        'those of the draft model (default: the same)',
        list('--draft-temperatures'),
      )
      .option('--k <count>', 'draft this many tokens a step (default: by --policy)', integerParser('--k', 1, 64))
      .addOption(policyOption())
      .option(
        '--seed <number>',
        'seed of the sampling (default: 0)',
        integerParser('--seed', 0, Number.MAX_SAFE_INTEGER),
      ),
  ).addHelpText('after', temperatureHelp)
  common(
    what('drafter', 'Measures drafters against drafting off.')
      .option('--drafters <list>', 'drafters or chains of them, with commas (default: all)', listParser('--drafters'))
      .option('--k <count>', 'draft this many tokens a step (default: by --policy)', integerParser('--k', 1, 64))
      .addOption(policyOption()),
  ).addHelpText('after', drafterHelp)
}

const lengths: (text: string) => readonly number[] = (text) =>
  listParser('--lengths')(text).map(integerParser('--lengths', 0, 64))

function list(option: string): (text: string) => readonly number[] {
  return (text) => listParser(option)(text).map(numberParser(option, 0, 5))
}

function drafterOption(command: Command): Command {
  return command.option(
    '--drafter <name>',
    `who drafts: ${drafterNames.join(', ')}, or a chain a+b (default: auto, or model with --draft)`,
  )
}

function common(command: Command): Command {
  command
    .option('--prompts <paths...>', 'files, or folders of .txt and .md files (default: six built-in prompts)')
    .option('--raw', 'take the prompts as they stand: no chat template')
    .option(
      '--max-tokens <count>',
      'most tokens of an answer (default: 128)',
      integerParser('--max-tokens', 1, 1_000_000),
    )
    .option(
      '--repetitions <count>',
      'most measurements of a value (default: 5)',
      integerParser('--repetitions', 3, 100),
    )
    .option('--json', 'print one JSON object instead of the table')
    .option('-o, --out <file>', 'write the JSON object to a file, too')
  draftModelOptions(command).addOption(memoryOption('what suffix remembers at the start of each measurement'))
  return modelOptions(command)
}
