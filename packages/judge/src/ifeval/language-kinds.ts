import { detect } from 'tinyld'
import { z } from 'zod'
import { compares, count, type IfevalKind, ifevalKind, noArguments, relation } from './kind.js'
import { isLower, isUpper } from './python-text.js'
import { wordTokens } from './word-tokens.js'

/** Languages that the published prompts name. */
const languages = z.enum(
  'en es pt ar hi fr ru de ja it bn uk th ur ta te bg ko pl he fa vi ne sw kn mr gu pa ml fi'.split(' '),
)

/** `language:response_language`. A text whose language nobody can tell follows, as published. */
export const responseLanguage: IfevalKind = ifevalKind(z.strictObject({ language: languages }), (args, text) =>
  isIn(args.language, text),
)

/** `change_case:english_capital`. */
export const englishCapital: IfevalKind = ifevalKind(noArguments, (_, text) => isUpper(text) && isIn('en', text))

/** `change_case:english_lowercase`. */
export const englishLowercase: IfevalKind = ifevalKind(noArguments, (_, text) => isLower(text) && isIn('en', text))

/** `change_case:capital_word_frequency`. */
export const capitalWordFrequency: IfevalKind = ifevalKind(
  z.strictObject({ capital_frequency: count, capital_relation: relation }),
  (args, text) => compares(wordTokens(text).filter(isUpper).length, args.capital_relation, args.capital_frequency),
)

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' })

/** `length_constraints:number_sentences`. */
export const numberSentences: IfevalKind = ifevalKind(
  z.strictObject({ num_sentences: count, relation }),
  (args, text) => compares(sentenceCount(text), args.relation, args.num_sentences),
)

function isIn(language: string, text: string): boolean {
  const detected = detect(text)
  return detected === '' || detected === language
}

/** Sentences by the rules of Unicode (UAX 29). */
function sentenceCount(text: string): number {
  return [...segmenter.segment(text)].filter(({ segment }) => segment.trim() !== '').length
}
