import type { PromptDifference, RunComparison, SpeedComparison } from '@foretoken/judge'
import { counted, speed as speedText } from '../closing-line.js'
import { printable } from '../inspect/printable.js'
import { sideBySide } from './side-by-side.js'

/** How a comparison is shown. */
export interface ComparisonTextOptions {
  /** Width of the terminal in cells. */
  readonly columns: number
  /**
   * Shows whole answers.
   * @defaultValue false
   */
  readonly full?: boolean
}

/** Lines that are shown of an answer. */
const answerLines = 10

/** What the second run does better and worse, with the answers beside each other. */
export function comparisonText(comparison: RunComparison, options: ComparisonTextOptions): string {
  const { differences, better, worse, same, unscored } = comparison
  return [
    ...differences.map(({ what, one, other }) => `${what}: ${one || 'nothing'} → ${other || 'nothing'}`).map(printable),
    ...promptList('better', better, options),
    ...promptList('worse', worse, options),
    `same: ${same.length}`,
    ...(unscored.length > 0
      ? [`without a score in one of them, or with other judges: ${printable(unscored.join(', '))}`]
      : []),
    ...testLines(comparison),
    ...(comparison.speed ? [speedLine(comparison.speed)] : []),
  ].join('\n')
}

function promptList(
  what: string,
  prompts: readonly PromptDifference[],
  { columns, full = false }: ComparisonTextOptions,
): readonly string[] {
  const answers = ({ answers: [one, other] }: PromptDifference): readonly string[] =>
    sideBySide(shown(one), shown(other), { columns: columns - indent.length, ...(!full && { maxLines: answerLines }) })
  return [
    `${what}: ${prompts.length}`,
    ...prompts.flatMap((prompt) => {
      const [one, other] = prompt.scores.map((score) => score.toFixed(2))
      const head = `  ${printable(prompt.promptId)} (${prompt.tier}): ${one} → ${other}`
      return [head, ...answers(prompt).map((line) => `${indent}${line}`)]
    }),
  ]
}

const indent = '    '

/** Tabs are the wrapping's; all else that moves a cursor is told, not sent. */
function shown(answer: string): string {
  return answer === '' ? '(nothing)' : printable(answer.replaceAll('\t', '    '))
}

function testLines({ difference, passes, nonInferiority }: RunComparison): readonly string[] {
  if (difference === undefined || passes === undefined || nonInferiority === undefined) return []
  const { nonInferior, margin, pValue, lowerBound } = nonInferiority
  const within = `at most ${margin} worse: ${nonInferior ? 'yes' : 'not shown'}`
  return [
    `mean difference ${signed(difference.value)} (95 %: ${signed(difference.low)} to ${signed(difference.high)})`,
    `passed by the first only ${passes.onlyFirst}, by the second only ${passes.onlySecond} (McNemar, exact: p = ${passes.pValue.toFixed(3)})`,
    `${within} (p = ${pValue.toFixed(3)}, lower bound ${signed(lowerBound)})`,
  ]
}

function speedLine({ answers, one, other, ratio }: SpeedComparison): string {
  const [before, after] = [one, other].map(({ tokensPerSecond = 0 }) => speedText(tokensPerSecond))
  const times = `${ratio.value.toFixed(2)} times as fast (95 %: ${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)})`
  const accepted =
    other.acceptanceRate === undefined ? '' : `, ${Math.round(100 * other.acceptanceRate)} % of drafts accepted`
  return `${times}: ${before} → ${after} tokens/s over ${counted(answers, 'answer')}${accepted}`
}

function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${value.toFixed(2)}`
}
