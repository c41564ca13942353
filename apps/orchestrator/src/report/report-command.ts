import type { Command } from 'commander'
import type { RunsReportOptions } from './runs-report.js'

/** Adds what `runs report` is told. */
export function reportCommand(command: Command, action: (options: RunsReportOptions) => Promise<void>): void {
  command
    .description('Writes runs as one HTML page with tables, plots and every answer.')
    .argument('[runs...]', 'names of runs (default: all)')
    .option('--html <file>', 'the page', 'report.html')
    .option('--out <folder>', 'where results are kept', 'results')
    .option('--json', 'print one JSON object about the page instead of the text')
    .addHelpText('after', help)
    .action((runs: readonly string[], options: Omit<RunsReportOptions, 'runs'>) => action({ runs, ...options }))
}

const help = `
Examples:
  $ foretoken runs report
  $ foretoken runs report <run> <run> --html two.html

The page opens from disk and loads nothing: no script, no font, nothing from the network.
It shows how often runs pass, by suite and tier, with intervals, their scores and speed,
what each does better and worse than another, every prompt with all answers and why they
got their score, and how to repeat the runs. A run is compared with the default baseline
of its model (foretoken runs baseline), else with the one whose scores it inherits, else
with the first of its model, and that with the first of all; of two runs that are named,
the second is compared with the first.`
