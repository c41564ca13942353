import type { Command } from 'commander'
import { numberParser } from '../option-parsers.js'
import type { RunsCompareOptions, RunsOptions, RunsReviewsOptions, RunsStoreOptions } from './runs-options.js'

/** Adds the commands that show, compare and review runs. */
export function runsCommand(runs: Command, action: (options: RunsOptions) => Promise<void>): void {
  runs.description('Shows and compares runs that foretoken judge run has kept.').addHelpText('after', help)
  const command = (name: string, description: string): Command =>
    runs
      .command(name)
      .description(description)
      .option('--out <folder>', 'where results are kept', 'results')
      .option('--json', 'print one JSON object instead of the text')
  command('list', 'Lists all runs.').action((options: RunsStoreOptions) => action({ what: 'list', ...options }))
  command('show', 'Shows the scores of a run, what it is ready for, and what people said of it.')
    .argument('<run>', 'its name, or the hash that it ends with')
    .option('--answers', 'show the answers, too')
    .action((run: string, options: RunsStoreOptions) => action({ what: 'show', run, ...options }))
  command('compare', 'Says what a second run does better and worse; runs of different prompts are refused.')
    .argument('<one>', 'name of a run; alone, it is compared with its baseline')
    .argument('[other]', 'name of the run that is compared with it')
    .option('--baseline <name>', 'the baseline that a single run is compared with', 'default')
    .option('--margin <score>', 'the largest mean loss that is no loss', numberParser('--margin', 0.01, 2.99), 0.25)
    .option('--full', 'show whole answers instead of their first lines')
    .action((one: string, other: string | undefined, options: Omit<RunsCompareOptions, 'runs'>) =>
      action({ what: 'compare', runs: other === undefined ? [one] : [one, other], ...options }),
    )
  command('baseline', 'Makes a run the one that others of its suite and model are compared with; or lists baselines.')
    .argument('[run]', 'its name; without one all baselines are listed')
    .option('--name <name>', 'keep several, such as a release', 'default')
    .action((run: string | undefined, options: RunsStoreOptions & { readonly name: string }) =>
      action({ what: 'baseline', ...(run !== undefined && { run }), ...options }),
    )
  command('readiness', 'Says which models are ready to be workers or orchestrators, by the answers that pass.')
    .argument('[runs...]', 'names of runs; without them the last of every model, configuration and suite')
    .addHelpText('after', readinessHelp)
    .action((names: readonly string[], options: RunsStoreOptions) =>
      action({ what: 'readiness', runs: names, ...options }),
    )
  command('reviews', 'Writes the answers of a run as CSV for people to score, and reads back what they say.')
    .argument('<run>', 'its name')
    .option('--export <file>', 'write the table to a file instead of stdout')
    .option('--blind', 'leave out scores and reasons, which could sway')
    .option('--import <file>', 'add what people filled in')
    .addHelpText('after', reviewsHelp)
    .action((run: string, options: Omit<RunsReviewsOptions, 'run'>) => action({ what: 'reviews', run, ...options }))
}

const help = `
Examples:
  $ foretoken runs list
  $ foretoken runs show a5dcbda8d313 --answers       the end of a name is enough
  $ foretoken runs compare <run> <run>
  $ foretoken runs baseline <run>                    measure later runs against this one
  $ foretoken runs compare <run>                     and do so
  $ foretoken runs readiness
  $ foretoken runs reviews <run> --export review.csv
  $ foretoken runs reviews <run> --import review.csv

summary.csv in the folder of results has every model and configuration by suites.`

const readinessHelp = `
A worker passes all of T1 and 75 % of T2; an orchestrator all of T1 and T2 and 75 % of T3.
An answer without a score counts as not passed, and a tier that was not asked as missing.`

const reviewsHelp = `
Every answer is a line. Who reviews it changes the score (0 to 3) and fills in reviewer
and remark; lines without a reviewer say nothing. Several people may each have a line, or
a file. Reviews are kept beside the scores and change none of them; runs show says how far
they agree. Nothing is added unless all of the file is right.`
