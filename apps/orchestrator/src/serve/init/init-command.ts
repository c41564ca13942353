import type { Command } from 'commander'
import type { InitOptions } from './init.js'

/** Adds what `init` is told. */
export function initCommand(command: Command, action: (options: InitOptions) => Promise<void>): void {
  command
    .description('Writes a commented foretoken.yaml for the GGUF files of a folder, which foretoken serve reads.')
    .argument('[folder]', 'where models lie (default: this folder)')
    .option('-o, --out <file>', 'where it is written (default: foretoken.yaml)')
    .option('--force', 'replace what is there')
    .option('--json', 'print one JSON object instead of the text')
    .addHelpText('after', help)
    .action((folder: string | undefined, options: Omit<InitOptions, 'folder'>) =>
      action({ ...options, ...(folder !== undefined && { folder }) }),
    )
}

const help = `
Examples:
  $ foretoken init ~/models
  $ foretoken init ~/models -o house.yaml && foretoken serve --config house.yaml
  $ foretoken plan --serve foretoken.yaml           what would be loaded, and what fits

Only the heads of the files are read. Nothing is replaced without --force.`
