import { z } from 'zod'
import { compares, count, type IfevalKind, ifevalKind, noArguments, phrase, relation } from './kind.js'
import { space, strip, stripStart, wordCharacter } from './python-text.js'

/** `length_constraints:number_words`. */
export const numberWords: IfevalKind = ifevalKind(z.strictObject({ num_words: count, relation }), (args, text) =>
  compares(text.match(new RegExp(`${wordCharacter}+`, 'gu'))?.length ?? 0, args.relation, args.num_words),
)

/** `length_constraints:number_paragraphs`: separated by `***`; only the first and the last may be empty. */
export const numberParagraphs: IfevalKind = ifevalKind(z.strictObject({ num_paragraphs: count }), (args, text) => {
  const paragraphs = text.split(new RegExp(String.raw`${space}?\*\*\*${space}?`, 'u')).map((each) => strip(each))
  if (paragraphs.slice(1, -1).includes('')) return false
  return paragraphs.filter((paragraph) => paragraph !== '').length === args.num_paragraphs
})

/** `length_constraints:nth_paragraph_first_word`: paragraphs are separated by an empty line. */
export const nthParagraphFirstWord: IfevalKind = ifevalKind(
  z.strictObject({ num_paragraphs: count, nth_paragraph: z.int().min(1), first_word: phrase }),
  (args, text) => {
    const paragraphs = text.split('\n\n').map((each) => strip(each))
    const found = paragraphs.filter((paragraph) => paragraph !== '').length
    // As published: the paragraphs that are counted leave out empty ones, those that are numbered do not.
    const paragraph = args.nth_paragraph <= found ? (paragraphs[args.nth_paragraph - 1] ?? '') : ''
    if (paragraph === '') return false
    const [word = ''] = paragraph.split(new RegExp(space, 'u'))
    const [first = ''] = stripStart(stripStart(word, "'"), '"').split(/[.,?!'"]/)
    return found === args.num_paragraphs && first.toLowerCase() === args.first_word.toLowerCase()
  },
)

/** `combination:two_responses`: two different ones with six asterisks between. */
export const twoResponses: IfevalKind = ifevalKind(noArguments, (_, text) => {
  const responses = text.split('******').map((each) => strip(each))
  if (responses.slice(1, -1).includes('')) return false
  const [one, other, ...more] = responses.filter((response) => response !== '')
  return other !== undefined && more.length === 0 && one !== other
})

/** `combination:repeat_prompt`: the text begins with the prompt. */
export const repeatPrompt: IfevalKind = ifevalKind(
  z.strictObject({ prompt_to_repeat: z.string().min(1).max(100_000) }),
  (args, text) => strip(text).toLowerCase().startsWith(strip(args.prompt_to_repeat).toLowerCase()),
)

/** `startend:end_checker`. */
export const endChecker: IfevalKind = ifevalKind(z.strictObject({ end_phrase: phrase }), (args, text) =>
  strip(strip(text), '"').toLowerCase().endsWith(strip(args.end_phrase).toLowerCase()),
)

/** `startend:quotation`. */
export const quotation: IfevalKind = ifevalKind(noArguments, (_, text) => {
  const stripped = strip(text)
  return stripped.length > 1 && stripped.startsWith('"') && stripped.endsWith('"')
})

/** `punctuation:no_comma`. */
export const noComma: IfevalKind = ifevalKind(noArguments, (_, text) => !text.includes(','))
