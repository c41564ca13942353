/** Longest line of a module, in characters, as the formatter has it. */
const WIDTH = 120

/** Text of the TypeScript module `warm-weights.ts` that holds the weights. */
export function weightsModule(weights: Float32Array): string {
  return `/**
 * What copies are worth before any text has taught anything: dense weights of an \`AcceptanceLearner\`.
 *
 * Learned from \`fixtures/traces\` and written by \`npm run weights\`; not edited by hand.
 */
export const warmWeights: Float32Array = Float32Array.from([
${lines([...weights].map(shortest)).join('\n')}
])
`
}

/** The shortest decimal that is the same Float32. */
function shortest(weight: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = String(Number(weight.toPrecision(digits)))
    if (Math.fround(Number(text)) === weight) return text
  }
  return String(weight)
}

/** One number after another, as many on a line as the formatter would set. */
function lines(numbers: readonly string[]): string[] {
  const done: string[] = []
  let line = ' '
  for (const number of numbers) {
    if (line.length + number.length + 2 > WIDTH) {
      done.push(line)
      line = ' '
    }
    line += ` ${number},`
  }
  return [...done, line]
}
