import type { Command } from 'commander'
import { drafterNames } from '../drafting.js'
import { draftModelOptions } from '../drafting-command.js'
import { judgingOptions, placesHelp } from '../judging/judging-command.js'
import { modelOptions } from '../model-command.js'
import { integerParser, listParser, numberParser } from '../option-parsers.js'
import type { JudgeRunOptions } from './judge-options.js'

/** Adds `judge run` and what it is told. */
export function judgeCommand(judge: Command, action: (options: JudgeRunOptions) => Promise<void>): void {
  const run = judge
    .description('Judges what models answer.')
    .command('run')
    .description('Asks models the prompts of suites, scores the answers and keeps them; stopped, it goes on.')
    .requiredOption('--suite <names...>', 'packaged suites, YAML files, gsm8k:test.jsonl and such, or all')
    .requiredOption('--models <models...>', 'GGUF files, or model@http://host:port/v1')
    .option('--experts <counts>', 'also run mixtures with so many experts, as 2,4', expertsParser)
    .option('--k <lengths>', 'also run with drafts of so many tokens, as 4,8; auto: as long as pays', lengthsParser)
    .option('--drafter <name>', `who drafts for --k: ${whoDrafts}, or a chain a+b (default: auto)`)
  draftModelOptions(run)
    .option('--no-inherit', 'answer everything with drafts, too, instead of a sample that must be the same')
    .option('--repetitions <count>', 'answers to every prompt', integerParser('--repetitions', 1, 100), 1)
    .option(
      '--max-tokens <count>',
      'most tokens of an answer where the prompt names no limit',
      integerParser('--max-tokens', 1, 131_072),
      1024,
    )
    .option('--temp <number>', 'sampling temperature; 0 is greedy', numberParser('--temp', 0, 2), 0)
    .option('--seed <number>', 'seed of the first repetition', integerParser('--seed', 0, 2 ** 31 - 1), 0)
    .option('--out <folder>', 'where results are kept', 'results')
    .option('--json', 'print one JSON object instead of the text')
  judgingOptions(modelOptions(run)).addHelpText('after', help).action(action)
}

const whoDrafts = drafterNames.filter((name) => name !== 'none').join(', ')

function lengthsParser(value: string): readonly (number | 'auto')[] {
  return listParser('--k')(value).map((item) => (item === 'auto' ? item : integerParser('--k', 1, 64)(item)))
}

function expertsParser(value: string): readonly number[] {
  return listParser('--experts')(value).map(integerParser('--experts', 1, 1024))
}

const help = `
Examples:
  $ foretoken judge run --suite math coder --models model.gguf
  $ foretoken judge run --suite my-suite.yaml --models a.gguf b.gguf --repetitions 3 --temp 0.7
  $ foretoken judge run --suite all --models moe.gguf --experts 2,4 --k 4,8,auto
  $ foretoken judge run --suite gsm8k:test.jsonl --models small@http://127.0.0.1:8080/v1
  $ foretoken judge run --suite mt-bench:question.jsonl --models small.gguf --judge big.gguf
  $ foretoken runs list
  $ foretoken runs compare <run> <run>

Every answer is on disk before the next is asked for. Stopped by Ctrl-C, a crash or a
power cut, the same command goes on where it was, and asks nothing that is answered.
Runs with drafts answer a sample of the prompts. Where it is the same as without, token
by token, they inherit the other scores; else they answer everything. Their speed is
that of the sample, and foretoken runs compare shows it beside the quality.
The engine is the native one where it is built, unless --engine says otherwise.

Judges score what has a rubric and no checker, from 0 to 3, when everything is answered.
What a judge fails on has no score, and the same command asks for it again.

Suites that others wrote are named with their format: ifeval:, gsm8k:, humaneval:, bfcl:
(bfcl:questions.jsonl,answers.jsonl), mt-bench:, fastchat: and promptfoo:.
${placesHelp}`
