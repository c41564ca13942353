import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { type CompatOptions, compatCommand } from './compat/compat-command.js'
import { corpusCommand } from './corpus/corpus-command.js'
import type { CorpusOptions } from './corpus/corpus-options.js'
import { doctorCommand } from './doctor/doctor-command.js'
import type { DoctorOptions } from './doctor/doctor-options.js'
import { drafterNames } from './drafting.js'
import { draftModelOptions, memoryOption, policyOption } from './drafting-command.js'
import { commandHelp, runHelp } from './help.js'
import type { Host } from './host.js'
import { type InspectCommandOptions, inspectCommand } from './inspect/inspect-command.js'
import { judgeCommand } from './judge/judge-command.js'
import type { JudgeRunOptions } from './judge/judge-options.js'
import { runsCommand } from './judge/runs-command.js'
import type { RunsOptions } from './judge/runs-options.js'
import { judgeCompareCommand } from './judging/judging-command.js'
import type { JudgeCompareOptions } from './judging/judging-options.js'
import { modelOptions } from './model-command.js'
import { appendText, integerParser } from './option-parsers.js'
import { planCommand } from './plan/plan-command.js'
import type { PlanOptions } from './plan/plan-options.js'
import { recommendCommand, registryCommand } from './registry/registry-command.js'
import type { RecommendCommandOptions, RegistryOptions } from './registry/registry-options.js'
import { reportCommand } from './report/report-command.js'
import type { RunsReportOptions } from './report/runs-report.js'
import type { RunOptions } from './run-options.js'
import type { RunsSqlOptions } from './runs-sql/runs-sql.js'
import { sqlCommand } from './runs-sql/sql-command.js'
import { samplingCommand } from './sampling-command.js'
import type { InitOptions } from './serve/init/init.js'
import { initCommand } from './serve/init/init-command.js'
import { serveCommand } from './serve/serve-command.js'
import type { ServeOptions } from './serve/serve-options.js'
import { tuneCommand } from './tune/tune-command.js'
import type { TuneOptions } from './tune/tune-options.js'

const INT_MAX = 2 ** 31 - 1

/** What the commands do. */
export interface CommandActions {
  readonly run: (options: RunOptions) => Promise<void>
  readonly serve: (options: ServeOptions) => Promise<void>
  readonly init: (options: InitOptions) => Promise<void>
  readonly tune: (options: TuneOptions) => Promise<void>
  readonly buildCorpus: (options: CorpusOptions) => Promise<void>
  readonly doctor: (options: DoctorOptions) => Promise<void>
  readonly plan: (options: PlanOptions) => Promise<void>
  readonly inspect: (options: InspectCommandOptions) => Promise<void>
  readonly compat: (options: CompatOptions) => Promise<void>
  readonly registry: (options: RegistryOptions) => Promise<void>
  readonly recommend: (options: RecommendCommandOptions) => Promise<void>
  readonly judgeRun: (options: JudgeRunOptions & { readonly version: string }) => Promise<void>
  readonly judgeCompare: (options: JudgeCompareOptions & { readonly version: string }) => Promise<void>
  readonly runs: (options: RunsOptions) => Promise<void>
  readonly runsReport: (options: RunsReportOptions) => Promise<void>
  readonly runsSql: (options: RunsSqlOptions) => Promise<void>
}

/** The command line: its commands, their options, and the help that teaches them. */
export function program(host: Host, actions: CommandActions): Command {
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
    actions.run({ model, ...options }),
  )
  serveCommand(commands.command('serve'), actions.serve)
  initCommand(commands.command('init'), actions.init)
  tuneCommand(commands.command('tune'), actions.tune)
  corpusCommand(commands.command('corpus'), actions.buildCorpus)
  doctorCommand(commands.command('doctor'), actions.doctor)
  planCommand(commands.command('plan'), actions.plan)
  inspectCommand(commands.command('inspect'), actions.inspect)
  compatCommand(commands.command('compat'), actions.compat)
  registryCommand(commands.command('registry'), actions.registry)
  recommendCommand(commands.command('recommend'), actions.recommend)
  const judge = commands.command('judge')
  judgeCommand(judge, (options) => actions.judgeRun({ ...options, version: packageVersion() }))
  judgeCompareCommand(judge, (options) => actions.judgeCompare({ ...options, version: packageVersion() }))
  const runs = commands.command('runs')
  runsCommand(runs, actions.runs)
  reportCommand(runs.command('report'), actions.runsReport)
  sqlCommand(runs.command('sql'), actions.runsSql)
  return commands
}

function runCommand(command: Command): Command {
  command
    .description('Writes a text with a GGUF model: the same text as without drafting, in fewer steps.')
    .argument('<model>', 'path of a GGUF file')
    .optionsGroup('What is written:')
    .option('-p, --prompt <text>', 'the prompt; - reads standard input, as a pipe does; without one you chat')
    .option('-f, --file <path>', 'read the prompt from a file')
    .option('--system <text>', 'system message')
    .option('--raw', 'take the prompt as it stands, special tokens included: no chat template')
    .option('--max-tokens <count>', 'most tokens to write', integerParser('--max-tokens', 1, INT_MAX))
    .option('--stop <text>', 'end the text before this; repeatable', appendText)
    .option('--grammar <file>', 'a GBNF grammar that the text must follow')
    .option('--json-schema <schema>', 'a JSON Schema that the text must follow, or a file of one')
    .optionsGroup('Drafting:')
    .option('--drafter <name>', `who drafts: ${drafterNames.join(', ')}, or a chain a+b`, 'auto')
  draftModelOptions(command)
    .option('--k <count>', 'draft this many tokens a step (default: by --policy)', integerParser('--k', 1, 64))
    .addOption(policyOption())
    .addOption(memoryOption('what suffix remembers of earlier texts; made where it is missing'))
    .option('--compare', 'also decode plainly, and say what drafting brought')
    .option('--repetitions <count>', 'runs each way for --compare (default: 3)', integerParser('--repetitions', 1, 100))
  samplingCommand(command)
    .optionsGroup('What is shown:')
    .option('--json', 'print one JSON object instead of the text')
    .option('--trace <path>', 'write every step to a file, as JSON Lines')
  return modelOptions(command).addHelpText('after', runHelp)
}

function packageVersion(): string {
  // One level up from src as well as from dist.
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
