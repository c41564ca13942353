import type { Command } from 'commander'
import { integerParser, listParser } from '../option-parsers.js'
import { corpusBuildHelp } from './corpus-help.js'
import type { CorpusOptions } from './corpus-options.js'

/** Adds `corpus` with `build`. */
export function corpusCommand(command: Command, action: (options: CorpusOptions) => Promise<void>): void {
  command
    .description('Makes drafter memories from texts that are there already.')
    .command('build')
    .description('Reads the texts of a folder into a memory for foretoken run --memory.')
    .argument('<folder>', 'folder of SQL, JSON, code or documents')
    .requiredOption('--model <path>', 'GGUF file whose tokenizer splits the texts')
    .requiredOption('-o, --out <file>', 'the memory file to write')
    .option('--include <list>', 'extensions to read, as sql,json,py (default: SQL, JSON, code, documents)', extensions)
    .option(
      '--max-file-bytes <count>',
      'largest file (default: 1048576)',
      integerParser('--max-file-bytes', 1, 2 ** 30),
    )
    .option(
      '--max-files <count>',
      'most files to look at (default: 100000)',
      integerParser('--max-files', 1, 10_000_000),
    )
    .option(
      '--max-bytes <count>',
      'memory it may take (default: 50331648)',
      integerParser('--max-bytes', 2 ** 20, 2 ** 31),
    )
    .option('--json', 'print one JSON object instead of the summary')
    .action((folder: string, options: Omit<CorpusOptions, 'folder'>) => action({ folder, ...options }))
    .addHelpText('after', corpusBuildHelp)
}

function extensions(text: string): readonly string[] {
  return listParser('--include')(text).map((extension) => extension.replace(/^\*?\./, '').toLowerCase())
}
