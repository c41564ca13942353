import { type Command, Option } from 'commander'
import { numberParser } from './option-parsers.js'

/** The option that says how the length of drafts is chosen. */
export function policyOption(): Option {
  return new Option('--policy <name>', 'goodput: by what drafts bring and cost; windowed: by what is accepted')
    .choices(['goodput', 'windowed'])
    .default('goodput')
}

/** The option that names a memory file. */
export function memoryOption(description: string): Option {
  return new Option('--memory <file>', description)
}

/** Adds the options of a draft model. */
export function draftModelOptions(command: Command): Command {
  return command
    .option('--draft <path>', 'a smaller GGUF model with the same tokenizer, which drafts too')
    .option(
      '--draft-temp <number>',
      'its temperature (default: that of the model)',
      numberParser('--draft-temp', 0, 100),
    )
}
