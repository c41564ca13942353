import { type Command, Option } from 'commander'
import { answerColumns, reviewColumns, runColumns, scoreColumns } from './results-tables.js'
import type { RunsSqlOptions } from './runs-sql.js'

/** Adds what `runs sql` is told. */
export function sqlCommand(command: Command, action: (options: RunsSqlOptions) => Promise<void>): void {
  command
    .description('Answers a question in SQL about all runs.')
    .argument('<statement>', 'what DuckDB is asked: a SELECT, WITH, FROM or DESCRIBE')
    .option('--out <folder>', 'where results are kept', 'results')
    .addOption(new Option('--csv', 'print CSV').conflicts('json'))
    .option('--json', 'print one JSON object instead of the text')
    .addHelpText('after', help())
    .action((statement: string, options: Omit<RunsSqlOptions, 'statement'>) => action({ statement, ...options }))
}

function help(): string {
  const names = (columns: readonly { readonly name: string }[]): string => wrapped(columns.map(({ name }) => name))
  return `
Columns:
  scores   one row for each answer, with its run
${wrapped(scoreColumns)}
  answers  one row for each answer, with all that is known of it
${names(answerColumns)}
  reviews  one row for each answer and person who reviewed it
${names(reviewColumns)}
  runs     one row for each run
${names(runColumns)}

Examples:
  How often each model passes, by suite and tier:
  $ foretoken runs sql "select suite, model, configuration, tier, round(100 * avg(passed::int)) as percent,
      count(*) as answers from scores group by all order by all"
  Prompts that no run passes:
  $ foretoken runs sql "select suite, prompt from scores group by all having not bool_or(passed)"
  Tokens a second while writing, the median over the answers of each model:
  $ foretoken runs sql "select model, configuration, median(1000 * tokens / generate_ms) as speed
      from scores where generate_ms > 0 group by all order by speed desc"

The SQL is DuckDB's. It reads a copy in memory: no file can be reached and nothing
changed. DuckDB is installed on its own, for its size: npm install --global @duckdb/node-api`
}

/** Names with commas, as wide as the rest of the help. */
function wrapped(names: readonly string[]): string {
  const lines = ['']
  for (const name of names) {
    const line = lines.at(-1) ?? ''
    if (line.length + name.length > 76) lines.push(`${name}, `)
    else lines[lines.length - 1] = `${line}${name}, `
  }
  return lines
    .map((line) => `    ${line}`.trimEnd())
    .join('\n')
    .replace(/,$/, '')
}
