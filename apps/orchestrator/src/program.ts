import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { drafterNames } from './drafting.js'
import { commandHelp, runHelp } from './help.js'
import type { Host } from './host.js'
import { appendOverride, appendText, integerParser } from './option-parsers.js'
import type { RunOptions } from './run-options.js'

const INT_MAX = 2 ** 31 - 1

/** The command line: its commands, their options, and the help that teaches them. */
export function program(host: Host, run: (options: RunOptions) => Promise<void>): Command {
  const commands = new Command('foretoken')
    .description('Local language models made faster without changing what they say.')
    .version(packageVersion())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stderr.write(text),
      getOutHelpWidth: () => host.stdout.columns || 80,
      // Errors are printed in one place, in one form.
      outputError: () => {},
    })
    .addHelpText('after', commandHelp)
  runCommand(commands.command('run')).action((model: string, options: Omit<RunOptions, 'model'>) =>
    run({ model, ...options }),
  )
  return commands
}

function runCommand(command: Command): Command {
  return command
    .description('Writes a text with a GGUF model: the same text as without drafting, in fewer steps.')
    .argument('<model>', 'path of a GGUF file')
    .option('-p, --prompt <text>', 'the prompt; - reads standard input, as a pipe does; without one you chat')
    .option('-f, --file <path>', 'read the prompt from a file')
    .option('--system <text>', 'system message')
    .option('--raw', 'take the prompt as it stands, special tokens included: no chat template')
    .option('--max-tokens <count>', 'most tokens to write', integerParser('--max-tokens', 1, INT_MAX))
    .option('--stop <text>', 'end the text before this; repeatable', appendText)
    .option('--drafter <name>', `who drafts: ${drafterNames.join(', ')}, or a chain a+b`, 'lookup')
    .option('--k <count>', 'draft this many tokens a step (default: by what is accepted)', integerParser('--k', 1, 64))
    .option('--compare', 'also decode plainly, and say what drafting brought')
    .option('--repetitions <count>', 'runs each way for --compare (default: 3)', integerParser('--repetitions', 1, 100))
    .option('--json', 'print one JSON object instead of the text')
    .option('--trace <path>', 'write every step to a file, as JSON Lines')
    .option('--threads <count>', 'CPU threads (default: physical cores)', integerParser('--threads', 1, 512))
    .option('--context <tokens>', 'most tokens of prompt and answer together', integerParser('--context', 16, INT_MAX))
    .option(
      '--override <key=value>',
      'replace GGUF metadata, as qwen3moe.expert_used_count=3; repeatable',
      appendOverride,
    )
    .option('--no-color', 'plain text, also on a terminal; NO_COLOR does the same')
    .addHelpText('after', runHelp)
}

function packageVersion(): string {
  // One level up from src as well as from dist.
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
