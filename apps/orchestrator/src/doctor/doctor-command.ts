import type { Command } from 'commander'
import { modelOptions } from '../model-command.js'
import { doctorHelp } from './doctor-help.js'
import type { DoctorOptions } from './doctor-options.js'

/** Adds what `doctor` is told. */
export function doctorCommand(command: Command, action: (options: DoctorOptions) => Promise<void>): void {
  command
    .description('Says what this machine, a model and a draft model can do, and what to switch on.')
    .argument('[model]', 'path of a GGUF file')
    .option('--draft <path>', 'a smaller GGUF model with the same tokenizer, which is to draft')
    .option('--json', 'print one JSON object instead of the text')
    .action((model: string | undefined, options: Omit<DoctorOptions, 'model'>) =>
      action({ ...options, ...(model !== undefined && { model }) }),
    )
  modelOptions(command).addHelpText('after', doctorHelp)
}
