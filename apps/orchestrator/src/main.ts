import { errorTable } from '@foretoken/contract'
import { CommanderError } from 'commander'
import { printError } from './error-report.js'
import type { Host } from './host.js'
import { program } from './program.js'
import type { RunPorts } from './run.js'

/** Runs the command line `args` (without `node` and the script) and returns the exit code; prints every error itself. */
export async function main(args: readonly string[], host: Host, ports: RunPorts = {}): Promise<number> {
  let exitCode = 0
  const commands = program(host, async (options) => {
    // llama.cpp is loaded only for a command that needs it.
    const { run } = await import('./run.js')
    exitCode = await run(options, host, ports)
  })
  try {
    await commands.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    // The help is printed by then: it was asked for, or no command was given.
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    if (error instanceof CommanderError && error.code === 'commander.help')
      return errorTable.ERR_OPTION_INVALID.exitCode
    return printError(error, host, { json: args.includes('--json') })
  }
}
