import { exportTargets } from '@foretoken/registry'
import { type Command, Option } from 'commander'
import { integerParser, listParser } from '../option-parsers.js'
import type { PlanOptions } from './plan-options.js'

const INT_MAX = 2 ** 31 - 1

/** Adds what `plan` is told. */
export function planCommand(command: Command, action: (options: PlanOptions) => Promise<void>): void {
  command
    .description('Says how a model is started here and what fits into the memory, with a reason for every choice.')
    .argument('[role or model]', 'a role of the registry, or the path of a GGUF file')
    .option('--serve <file>', 'a foretoken.yaml: what serving it would load and unload')
    .option('--requests <names>', 'models and roles that are asked then, as a,role:b', listParser('--requests'))
    .option('--registry <file>', 'a registry (default: the one that comes with Foretoken)')
    .addOption(new Option('--engine <name>', 'who runs the model').choices(['embedded', 'llama-server']))
    .option('--program <path>', 'the llama-server that is started (default: the one on the path)')
    .option('--draft <path>', 'a draft model, for a GGUF file')
    .option('--mmproj <path>', 'a projector, for a GGUF file that sees')
    .option('--context <tokens>', 'most tokens of a text', integerParser('--context', 16, INT_MAX))
    .option('--rpc <addresses>', 'machines that hold part of the weights, as host:port,host:port', listParser('--rpc'))
    .addOption(new Option('--export <program>', 'write its configuration instead').choices([...exportTargets]))
    .option('-o, --out <folder>', 'write the files of --export there')
    .option('--json', 'print one JSON object instead of the text')
    .option('--no-color', 'plain text, also on a terminal; NO_COLOR does the same')
    .addHelpText('after', help)
    .action((what: string | undefined, options: Omit<PlanOptions, 'what'>) =>
      action({ ...options, ...(what !== undefined && { what }) }),
    )
}

const help = `
Examples:
  $ foretoken plan                                 all roles, and what fits
  $ foretoken plan coder_escalation                how a role is started, and why
  $ foretoken plan model.gguf --draft small.gguf   the same for a file
  $ foretoken plan model.gguf --engine llama-server
  $ foretoken plan --registry mine.yaml --export llama-swap --out .
  $ foretoken plan --serve foretoken.yaml --requests small,large,role:coder
  $ foretoken plan model.gguf --export llama.cpp-rpc --rpc 10.0.0.2:50052

Nothing is started. Threads are the cores, hyper-threads left out; weights are
spread over memory nodes where there are several; no variable of OpenMP is set,
since the engine does not use it.

Memory: hot models are loaded at the start and kept; warm ones as long as there is
room; those on demand take the place of the warm ones that are named; impossible
ones are too large here. Load times were measured on the registry's machine.`
