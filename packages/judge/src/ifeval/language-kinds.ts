import { z } from 'zod'
import { isIn, languageCodes } from './is-in-language.js'
import { compares, count, type IfevalKind, ifevalKind, noArguments, relation } from './kind.js'
import { isLower, isUpper } from './python-text.js'
import { sentenceCount } from './sentence-count.js'
import { wordTokens } from './word-tokens.js'

const languages = z.enum(languageCodes)

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

/** `length_constraints:number_sentences`. */
export const numberSentences: IfevalKind = ifevalKind(
  z.strictObject({ num_sentences: count, relation }),
  (args, text) => compares(sentenceCount(text), args.relation, args.num_sentences),
)
