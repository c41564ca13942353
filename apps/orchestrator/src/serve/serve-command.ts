import type { Command } from 'commander'
import { integerParser } from '../option-parsers.js'
import type { ServeOptions } from './serve-options.js'

const INT_MAX = 2 ** 31 - 1

/** Adds what `serve` is told. */
export function serveCommand(command: Command, action: (options: ServeOptions) => Promise<void>): void {
  command
    .description('Serves models to programs that speak the OpenAI or the Anthropic API, and a page for people.')
    .argument('[models...]', 'paths of GGUF files')
    .option('--config <file>', 'what is served (default: foretoken.yaml here, where no model is named)')
    .optionsGroup('The address:')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1, this machine only)')
    .option('--port <number>', 'port; 0 takes a free one (default: 8080)', integerParser('--port', 0, 65_535))
    .option('--api-key-env <name>', 'environment variable that holds the key which clients have to send')
    .option('--insecure', 'let other machines ask without a key')
    .optionsGroup('The named models:')
    .option('--context <tokens>', 'most tokens of one text', integerParser('--context', 16, INT_MAX))
    .option('--slots <count>', 'requests that one model writes at once (default: 4)', integerParser('--slots', 1, 256))
    .option('--threads <count>', 'CPU threads of one model', integerParser('--threads', 1, 512))
    .option('--draft <path>', 'a draft model, where one model is named')
    .optionsGroup('What is kept:')
    .option('--memory <folder>', 'what drafters remember of earlier texts, one file for each model')
    .option('--state <folder>', 'requests, their steps and evictions, in SQLite')
    .optionsGroup('What is shown:')
    .option('--drain <seconds>', 'how long open answers go on after Ctrl-C', integerParser('--drain', 0, 3_600))
    .option('--json', 'one JSON line when it listens, and the log as JSON Lines')
    .option('--no-color', 'plain text, also on a terminal; NO_COLOR does the same')
    .addHelpText('after', help)
    .action((models: readonly string[], options: Omit<ServeOptions, 'models'>) => action({ ...options, models }))
}

const help = `
Examples:
  $ foretoken serve model.gguf
  $ foretoken serve model.gguf --draft small.gguf --slots 8
  $ foretoken init && foretoken serve               what foretoken.yaml says
  $ API_KEY=… foretoken serve model.gguf --host 0.0.0.0 --api-key-env API_KEY
  $ curl http://127.0.0.1:8080/v1/chat/completions -H 'content-type: application/json' \\
      -d '{"model": "model", "messages": [{"role": "user", "content": "Hello"}]}'

A request names a model by its file's name, a role as role:coder, or auto where the
configuration has a front door. The page is at the printed address; it shows which
drafter made which token. Requests to one model share its batches; a model that is
not loaded is loaded when it is asked for, and what nobody uses makes room.

The first Ctrl-C lets open answers end, for --drain seconds; the second ends at once.

Exit codes:
  0         ended by Ctrl-C or SIGTERM, and every answer was written
  2         wrong usage
  3         a model, the configuration or another file cannot be used
  5         what was stored is damaged or newer
  6         an engine failed at the start
  130, 143  ended by Ctrl-C, SIGTERM with answers cut off`
