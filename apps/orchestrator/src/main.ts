import { errorTable } from '@foretoken/contract'
import { type Command, CommanderError } from 'commander'
import { explainedMismatch } from './compat/explained-mismatch.js'
import { printError } from './error-report.js'
import type { Host } from './host.js'
import type { ModelPorts } from './load-model.js'
import { type CommandActions, program } from './program.js'
import { withRefusal } from './registry/refused-drafter.js'

/** Runs the command line `args` (without `node` and the script) and returns the exit code; prints every error itself. */
export async function main(args: readonly string[], host: Host, ports: ModelPorts = {}): Promise<number> {
  let exitCode = 0
  const commands = program(
    host,
    actionsFor(host, ports, (code) => {
      exitCode = code
    }),
  )
  try {
    await commands.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    // The help is printed by then: it was asked for, or no command was given.
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    if (error instanceof CommanderError && error.code === 'commander.help')
      return errorTable.ERR_OPTION_INVALID.exitCode
    return printError(await withRefusal(await explainedMismatch(error)), host, {
      json: args.includes('--json'),
      command: commandPath(commands, args),
    })
  }
}

/** What the commands do. llama.cpp is loaded only for a command that needs it. */
function actionsFor(host: Host, ports: ModelPorts, end: (exitCode: number) => void): CommandActions {
  return {
    run: async (options) => {
      const { run } = await import('./run.js')
      end(await run(options, host, ports))
    },
    serve: async (options) => {
      const { serve } = await import('./serve/serve.js')
      end(await serve(options, host))
    },
    init: async (options) => {
      const { init } = await import('./serve/init/init.js')
      end(await init(options, host))
    },
    tune: async (options) => {
      const { tune } = await import('./tune/tune.js')
      end(await tune(options, host, ports))
    },
    buildCorpus: async (options) => {
      const { buildCorpus } = await import('./corpus/build-corpus.js')
      end(await buildCorpus(options, host, ports))
    },
    doctor: async (options) => {
      const { doctor } = await import('./doctor/doctor.js')
      end(await doctor(options, host, ports))
    },
    plan: async (options) => {
      const { plan } = await import('./plan/plan.js')
      end(await plan(options, host))
    },
    inspect: async (options) => {
      const { inspectModel } = await import('./inspect/inspect-model.js')
      end(await inspectModel(options, host))
    },
    compat: async (options) => {
      const { compat } = await import('./compat/compat.js')
      end(await compat(options, host))
    },
    registry: async (options) => {
      const { registry } = await import('./registry/registry.js')
      end(await registry(options, host))
    },
    recommend: async (options) => {
      const { recommend } = await import('./registry/recommend.js')
      end(await recommend(options, host))
    },
    judgeRun: async (options) => {
      const { judgeRun } = await import('./judge/judge-run.js')
      end(await judgeRun(options, host, ports))
    },
    judgeCompare: async (options) => {
      const { judgeCompare } = await import('./judging/judge-compare.js')
      end(await judgeCompare(options, host, ports))
    },
    runs: async (options) => {
      const { runs } = await import('./judge/runs.js')
      end(await runs(options, host))
    },
    runsReport: async (options) => {
      const { runsReport } = await import('./report/runs-report.js')
      end(await runsReport(options, host))
    },
    runsSql: async (options) => {
      const { runsSql } = await import('./runs-sql/runs-sql.js')
      end(await runsSql(options, host))
    },
  }
}

/** The names of the commands that `args` begin with, e.g. `tune k`: whose help is worth reading. */
function commandPath(commands: Command, args: readonly string[]): string {
  const path: string[] = []
  let command: Command | undefined = commands
  for (const arg of args) {
    command = command.commands.find((one) => one.name() === arg)
    if (command === undefined) break
    path.push(arg)
  }
  return path.join(' ')
}
