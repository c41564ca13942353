import { Lexer } from 'yaml'

/** The line on which YAML text nests deeper than `mostLevels`, by brackets or by indicators in a row, as in `- - - a`. */
export function tooDeepLine(text: string, mostLevels: number): number | undefined {
  // Keys and list items since the last comma or line end: outside of brackets, and within each that is open.
  const indicators = [0]
  let line = 1
  for (const token of new Lexer().lex(text)) {
    if (token === '\n') line++
    count(token, indicators)
    if (Math.max(indicators.length - 1, indicators[indicators.length - 1] as number) > mostLevels) return line
  }
  return undefined
}

function count(token: string, indicators: number[]): void {
  const open = indicators.length - 1
  if (token === '[' || token === '{') indicators.push(0)
  else if ((token === ']' || token === '}') && open > 0) indicators.pop()
  else if (token === ',' || (token === '\n' && open === 0)) indicators[open] = 0
  else if (/^[:?-]$/.test(token)) indicators[open] = (indicators[open] as number) + 1
}
