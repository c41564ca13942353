import { type Command, Option } from 'commander'
import { appendOverride, integerParser } from './option-parsers.js'

const INT_MAX = 2 ** 31 - 1

/** Adds the options of every command that loads a model, and those of every command. */
export function modelOptions(command: Command): Command {
  return command
    .option('--no-color', 'plain text, also on a terminal; NO_COLOR does the same')
    .optionsGroup('The engine:')
    .option('--threads <count>', 'CPU threads (default: physical cores)', integerParser('--threads', 1, 512))
    .option('--context <tokens>', 'most tokens of prompt and answer together', integerParser('--context', 16, INT_MAX))
    .option(
      '--override <key=value>',
      'replace GGUF metadata, as qwen3moe.expert_used_count=3; repeatable',
      appendOverride,
    )
    .addOption(
      new Option('--engine <name>', 'what decodes (default: native where it can)').choices([
        'auto',
        'native',
        'node-llama-cpp',
      ]),
    )
}
