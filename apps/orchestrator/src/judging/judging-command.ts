import { SpeculationError } from '@foretoken/contract'
import type { TokenPrice } from '@foretoken/judge'
import type { Command } from 'commander'
import { modelOptions } from '../model-command.js'
import { numberParser } from '../option-parsers.js'
import type { JudgeCompareOptions } from './judging-options.js'

/** Adds the options of commands that ask judges. */
export function judgingOptions(command: Command): Command {
  return command
    .optionsGroup('Judges:')
    .option('--judge <model>', 'model@http://host/v1, anthropic:model or a GGUF file; repeated: a jury', appendJudge)
    .option(
      '--judge-budget <limit>',
      'most tokens for judging, or with --judge-price most money',
      numberParser('--judge-budget', 0, 1e12),
    )
    .option('--judge-price <prices>', 'price of a million tokens: prompt/answer, as 3/15', priceParser)
    .option('--judge-cache <folder>', 'verdicts that are never asked for again (default: verdicts in --out)')
    .option('--self-judge', 'let a model judge its own answers')
}

/** Adds `judge compare`. */
export function judgeCompareCommand(judge: Command, action: (options: JudgeCompareOptions) => Promise<void>): void {
  const compare = judge
    .command('compare')
    .description('Has judges compare the answers of two runs, in both orders; where these differ it is a tie.')
    .argument('<one>', 'name of a run')
    .argument('<other>', 'name of the run that is compared with it')
    .option('--out <folder>', 'where results are kept', 'results')
    .option('--json', 'print one JSON object instead of the text')
  type Shared = Omit<JudgeCompareOptions, 'runs'>
  judgingOptions(modelOptions(compare))
    .addHelpText('after', help)
    .action((one: string, other: string, options: Shared) => action({ ...options, runs: [one, other] }))
}

/** Explains the names of models that are not files. */
export const placesHelp = `
A model behind HTTP is name@http://host:port/v1 (llama-server, vLLM, hosted ones). Where
its server asks for a key, name the environment variable that holds it behind a #, as in
name@https://host/v1#MY_KEY; anthropic:name takes ANTHROPIC_API_KEY. Keys are not kept.`

const help = `
Examples:
  $ foretoken judge compare <run> <run> --judge judge.gguf
  $ foretoken judge compare <run> <run> --judge big@http://127.0.0.1:8080/v1
${placesHelp}

Answers that are the same are ties and ask nobody. Stopped or failed, the same command
goes on where it was: verdicts are kept.`

function appendJudge(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value]
}

function priceParser(value: string): TokenPrice {
  const [, prompt, answer] = /^(\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?)$/.exec(value) ?? []
  if (prompt !== undefined && answer !== undefined) {
    return { promptPerMillion: Number(prompt), completionPerMillion: Number(answer) }
  }
  throw new SpeculationError('ERR_OPTION_INVALID', `--judge-price must look like 3/15, got "${value}"`)
}
