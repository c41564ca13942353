import {
  constrainedResponse,
  jsonFormat,
  multipleSections,
  numberBulletLists,
  numberHighlightedSections,
  numberPlaceholders,
  postscript,
  title,
} from './content-kinds.js'
import { existence, forbiddenWords, frequency, letterFrequency } from './keyword-kinds.js'
import type { IfevalKind } from './kind.js'
import {
  capitalWordFrequency,
  englishCapital,
  englishLowercase,
  numberSentences,
  responseLanguage,
} from './language-kinds.js'
import {
  endChecker,
  noComma,
  nthParagraphFirstWord,
  numberParagraphs,
  numberWords,
  quotation,
  repeatPrompt,
  twoResponses,
} from './structure-kinds.js'

/**
 * The 25 kinds of instructions of Zhou et al., Instruction-Following Evaluation for Large Language Models (2023,
 * arXiv:2311.07911), by the ids of its `instructions_registry.py`. The rules are those of its `instructions.py`, oddities
 * included; the kinds of `language-kinds.ts` use other libraries and agree with the published ones only mostly.
 */
export const ifevalKinds: Readonly<Record<string, IfevalKind>> = {
  'keywords:existence': existence,
  'keywords:frequency': frequency,
  'keywords:forbidden_words': forbiddenWords,
  'keywords:letter_frequency': letterFrequency,
  'language:response_language': responseLanguage,
  'length_constraints:number_sentences': numberSentences,
  'length_constraints:number_paragraphs': numberParagraphs,
  'length_constraints:number_words': numberWords,
  'length_constraints:nth_paragraph_first_word': nthParagraphFirstWord,
  'detectable_content:number_placeholders': numberPlaceholders,
  'detectable_content:postscript': postscript,
  'detectable_format:number_bullet_lists': numberBulletLists,
  'detectable_format:constrained_response': constrainedResponse,
  'detectable_format:number_highlighted_sections': numberHighlightedSections,
  'detectable_format:multiple_sections': multipleSections,
  'detectable_format:json_format': jsonFormat,
  'detectable_format:title': title,
  'combination:two_responses': twoResponses,
  'combination:repeat_prompt': repeatPrompt,
  'startend:end_checker': endChecker,
  'startend:quotation': quotation,
  'change_case:capital_word_frequency': capitalWordFrequency,
  'change_case:english_capital': englishCapital,
  'change_case:english_lowercase': englishLowercase,
  'punctuation:no_comma': noComma,
}
