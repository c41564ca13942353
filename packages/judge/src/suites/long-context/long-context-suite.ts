import { SpeculationError } from '@foretoken/contract'
import type { Suite, SuitePrompt } from '../../suite.js'
import { type RandomSource, randomSource } from '../random-source.js'
import { logLine } from './log-lines.js'
import type { LongContextPromptRecipe, LongContextRecipe } from './long-context-recipe.js'
import { type LongContextTask, longContextTask } from './long-context-task.js'

/** Options of {@link longContextSuite}. */
export interface LongContextOptions {
  /**
   * Tokens of a text, by which the prompts get their size.
   * @defaultValue a token is four characters
   */
  readonly countTokens?: (text: string) => number
  /**
   * Seed of other texts of the same kinds (0 to 2³² − 1); their scores are not compared with those of the suite's own.
   * @defaultValue the seed of the recipe
   */
  readonly seed?: number
}

/** The suite that a recipe and a seed stand for: the same texts, whenever and wherever it is made. */
export function longContextSuite(recipe: LongContextRecipe, options: LongContextOptions = {}): Suite {
  const { countTokens = (text) => Math.ceil(text.length / 4), seed = recipe.seed } = options
  const { suite, version, description } = recipe
  const prompts = recipe.prompts.map((each, index) => promptOf(each, (seed + 7_919 * index) >>> 0, countTokens))
  return { suite, version, description, prompts }
}

function promptOf(recipe: LongContextPromptRecipe, seed: number, countTokens: (text: string) => number): SuitePrompt {
  const task = longContextTask(recipe.task, randomSource(seed), recipe.depthRate)
  // The filler has a source of its own, so that a text of other size tells the same facts.
  const lines = new FillerLines(randomSource(seed ^ 0x5eed))
  const content = longestWithin(recipe.tokens, countTokens, (count) => textOf(task, lines.first(count)))
  return {
    id: recipe.id,
    tier: recipe.tier,
    messages: [{ role: 'user', content }],
    reference: `${task.answer}. ${task.facts.map(({ text }) => text).join(' ')}`,
    steps: task.steps,
    checker: task.checker,
    answers: { right: `Answer: ${task.answer}`, wrong: `Answer: ${task.wrongAnswer}` },
  }
}

/** Lines that are made once, so that a longer text begins with a shorter one's. */
class FillerLines {
  readonly #random: RandomSource
  readonly #lines: string[] = []

  constructor(random: RandomSource) {
    this.#random = random
  }

  first(count: number): readonly string[] {
    while (this.#lines.length < count) this.#lines.push(logLine(this.#random))
    return this.#lines.slice(0, count)
  }
}

const mostLines = 2 ** 14

/** The text of most lines that has at most so many tokens, by bisection: O(log n) counts of a whole text. */
function longestWithin(
  tokens: number,
  countTokens: (text: string) => number,
  textWith: (lines: number) => string,
): string {
  let [fits, tooMany] = [0, 64]
  while (countTokens(textWith(tooMany)) <= tokens) {
    fits = tooMany
    tooMany *= 2
    if (tooMany > mostLines) {
      const message = `countTokens must count what is in a text, it says that ${fits} lines have at most ${tokens} tokens`
      throw new SpeculationError('ERR_OPTION_INVALID', message)
    }
  }
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2)
    if (countTokens(textWith(middle)) <= tokens) fits = middle
    else tooMany = middle
  }
  return textWith(fits)
}

const linesOfParagraph = 8

function textOf({ facts, distractors, question }: LongContextTask, filler: readonly string[]): string {
  const placed = [...facts, ...distractors].map(({ text, depthRate }) => ({
    text,
    at: Math.round(depthRate * filler.length),
  }))
  const lines = [...filler.keys(), filler.length].flatMap((index) => [
    ...placed.filter(({ at }) => at === index).map(({ text }) => text),
    ...filler.slice(index, index + 1),
  ])
  const paragraphs = Array.from({ length: Math.ceil(lines.length / linesOfParagraph) }, (_, index) =>
    lines.slice(index * linesOfParagraph, (index + 1) * linesOfParagraph).join(' '),
  )
  return ['Here is the log of a harbour. Read it; a question follows.', ...paragraphs, question].join('\n\n')
}
