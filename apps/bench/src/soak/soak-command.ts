import type { Command } from 'commander'

/** Options of the command `soak-serve`, as they were given. */
export interface SoakCommandOptions {
  readonly clients: number
  readonly seconds: number
  readonly slots: number
  readonly maxTokens: number
  readonly threads?: number
  readonly model?: string
  readonly chaos?: boolean
  readonly json?: boolean
}

/** Adds the command that keeps a server busy for minutes. */
export function addSoakCommand(
  command: Command,
  integer: (name: string, min: number, max: number) => (text: string) => number,
  action: (options: SoakCommandOptions) => Promise<void>,
): void {
  command
    .command('soak-serve')
    .description(
      'Keeps foretoken serve busy with many streaming clients and holds every answer against a single client’s.',
    )
    .option('--clients <count>', 'clients at once', integer('--clients', 1, 1_000), 64)
    .option('--seconds <count>', 'how long, drafting and plain decoding in turns', integer('--seconds', 8, 86_400), 120)
    .option('--slots <count>', 'requests that the model writes at once', integer('--slots', 1, 256), 64)
    .option('--max-tokens <count>', 'most tokens of an answer', integer('--max-tokens', 1, 512), 48)
    .option('--threads <count>', 'CPU threads', integer('--threads', 1, 512))
    .option('--model <path>', 'a GGUF file in Q8_0 (default: the fixture)')
    .option('--chaos', 'a fifth of the clients cuts off at random, and the engine is killed every 10 seconds')
    .option('--json', 'print one JSON object')
    .action(action)
}
