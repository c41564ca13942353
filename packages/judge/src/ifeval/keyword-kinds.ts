import { z } from 'zod'
import { compares, count, type IfevalKind, ifevalKind, phrase, relation } from './kind.js'
import { countMatches, ignoringCase, strip, wordBoundary } from './python-text.js'

const phrases = z.array(phrase).min(1).max(100)

/** `keywords:existence`: a keyword is a pattern, as published. */
export const existence: IfevalKind = ifevalKind(z.strictObject({ keywords: phrases }), ({ keywords }, text) =>
  keywords.every((keyword) => ignoringCase(keyword).test(text)),
)

/** `keywords:frequency`. */
export const frequency: IfevalKind = ifevalKind(
  z.strictObject({ keyword: phrase, frequency: count, relation }),
  (args, text) => compares(countMatches(strip(args.keyword), text), args.relation, args.frequency),
)

/** `keywords:forbidden_words`. */
export const forbiddenWords: IfevalKind = ifevalKind(
  z.strictObject({ forbidden_words: phrases }),
  ({ forbidden_words: words }, text) =>
    !words.some((word) => ignoringCase(`${wordBoundary}${word}${wordBoundary}`).test(text)),
)

/** `keywords:letter_frequency`. */
export const letterFrequency: IfevalKind = ifevalKind(
  z.strictObject({ letter: z.string().length(1), let_frequency: count, let_relation: relation }),
  (args, text) =>
    compares(text.toLowerCase().split(args.letter.toLowerCase()).length - 1, args.let_relation, args.let_frequency),
)
