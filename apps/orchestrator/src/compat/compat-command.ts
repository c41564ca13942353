import type { Command } from 'commander'

/** What the command line says to `foretoken compat`. */
export interface CompatOptions {
  /** Path or URL of the model whose text is wanted. */
  readonly target: string
  /** Path or URL of a smaller model, or a folder of them. */
  readonly draft: string
  /**
   * Prints JSON.
   * @defaultValue false
   */
  readonly json?: boolean
}

/** Adds what `compat` is told. */
export function compatCommand(command: Command, action: (options: CompatOptions) => Promise<void>): void {
  command
    .description('Says whether one model can draft for another, why not, and what to do about it.')
    .argument('<target>', 'path or URL of the GGUF file whose text is wanted')
    .argument('<draft>', 'a smaller GGUF file, or a folder: its models are ranked')
    .option('--json', 'print one JSON object instead of the text')
    .addHelpText('after', help)
    .action((target: string, draft: string, options: Pick<CompatOptions, 'json'>) =>
      action({ target, draft, ...options }),
    )
}

const help = `
Examples:
  $ foretoken compat big.gguf small.gguf
  $ foretoken compat big.gguf ~/models                which of these can draft for it
  $ foretoken compat big.gguf small.gguf --json | jq -r '.reasons[].cure'

The rules are llama.cpp's own: one type of vocabulary, BOS and EOS put alike, at
most 128 tokens more or fewer, and the same texts from token 5 on. llama.cpp stops
at the first and names none; here all are checked, with the tokens in question.

"pays from" is the share of drafted tokens that must be accepted before drafting is
faster, where reading the weights is all that takes time. foretoken doctor model.gguf
--draft small.gguf measures what it is on this machine.

Exit codes:
  0  the draft fits; of a folder, at least one does
  1  it does not
  2  wrong usage
  3  a file cannot be used`
