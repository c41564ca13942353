import { type GrammarRules, literal } from './grammar-rules.js'

/**
 * A rule of JSON strings other than some, letter by letter. As long as it is like one of them a letter is written plainly: an
 * escape could spell what is forbidden.
 */
export function otherKey(rules: GrammarRules, character: string, names: readonly string[]): string {
  // A letter that needs an escape cannot come, and so ends the likeness.
  const letters = names.map((name) => Array.from(name, (letter) => (needsEscape(letter) ? '' : letter)))
  return rules.define(`${literal('"')} ${otherRest(rules, character, letters)} ${literal('"')}`)
}

function otherRest(rules: GrammarRules, character: string, names: readonly (readonly string[])[]): string {
  const nexts = new Set(names.flatMap(([letter = '']) => (letter === '' ? [] : [letter])))
  const alternatives = Array.from(nexts, (letter) => {
    const rests = names.filter(([first]) => first === letter).map(([, ...rest]) => rest)
    return `${literal(letter)} ${otherRest(rules, character, rests)}`
  })
  const others = Array.from(nexts, (letter) => (/[\]^-]/.test(letter) ? `\\x${hex(letter)}` : letter)).join('')
  alternatives.push(`[^"\\\\\\x00-\\x1F${others}] ${character}*`)
  // Where the text so far is one of the names something has to follow.
  if (!names.some(({ length }) => length === 0)) alternatives.push('""')
  return rules.define(alternatives.join(' | '))
}

function needsEscape(letter: string): boolean {
  return letter < ' ' || letter === '"' || letter === '\\'
}

function hex(letter: string): string {
  return letter.charCodeAt(0).toString(16).padStart(2, '0')
}
