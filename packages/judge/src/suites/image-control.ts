import type { Checker } from '../checker.js'
import { finalText, partOf } from '../checkers/answer-part.js'
import { type CheckOptions, check } from '../checkers/check.js'
import type { Complete, CompleteOptions, Completion } from '../ports.js'
import type { SuitePrompt } from '../suite.js'
import type { SuiteImages } from './suite-images.js'

/** Options of {@link imageControl}. */
export interface ImageControlOptions extends CheckOptions {
  readonly complete: Complete
  /** How the answer was asked for; the controls are asked in the same way. */
  readonly request: Omit<CompleteOptions, 'images'>
}

/** Whether an answer about an image says anything about seeing. */
export interface ImageControl {
  /** False: the row is invalid, whatever its answer. */
  readonly valid: boolean
  /** Why it is invalid, a sentence each; empty when it is valid. */
  readonly faults: readonly string[]
  readonly withoutImage: Completion
  readonly withWrongImage: Completion
}

/**
 * Asks a prompt again without its image and with a wrong one. The row is invalid if either answer agrees with `answer`
 * (word for word, in the part that the checker looks at, or because the checker takes both), or if the prompt has as many
 * tokens without the image as with either: then the engine did not show the model what it was sent.
 */
export async function imageControl(
  prompt: SuitePrompt,
  images: SuiteImages,
  answer: Completion,
  { complete, request, ...options }: ImageControlOptions,
): Promise<ImageControl> {
  const withoutImage = await complete(prompt.messages, { ...request, images: [] })
  const withWrongImage = await complete(prompt.messages, { ...request, images: images.wrong })
  const agrees = async (control: Completion) => agreement(prompt.checker, answer, control, options)
  const faults = [
    tokensFault('the image', answer, withoutImage),
    tokensFault('a wrong image', withWrongImage, withoutImage),
    sentence('without the image', await agrees(withoutImage)),
    sentence('with a wrong image', await agrees(withWrongImage)),
  ].filter((fault) => fault !== undefined)
  return { valid: faults.length === 0, faults, withoutImage, withWrongImage }
}

function tokensFault(what: string, shown: Completion, withoutImage: Completion): string | undefined {
  const { promptTokens } = shown.usage
  if (promptTokens !== withoutImage.usage.promptTokens) return undefined
  return `the prompt has ${promptTokens} tokens with ${what} and without one`
}

function sentence(how: string, agreement: string | undefined): string | undefined {
  return agreement && `${how} the answer is the same: ${agreement}`
}

async function agreement(
  checker: Checker | undefined,
  answer: Completion,
  control: Completion,
  options: CheckOptions,
): Promise<string | undefined> {
  if (plain(answer.text) === plain(control.text)) return 'word for word'
  const part = checker && 'part' in checker ? checker.part : undefined
  const [own, other] = [partOf(finalText(answer.text), part), partOf(finalText(control.text), part)]
  if (own !== undefined && other !== undefined && plain(own) === plain(other)) return 'in what is checked'
  if (checker === undefined || !(await check(checker, answer, options)).passed) return undefined
  return (await check(checker, control, options)).passed ? 'the checker takes both' : undefined
}

/** A text without thinking, case, punctuation at its ends, and differences of white space. */
function plain(text: string): string {
  return finalText(text)
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/^[\p{P}\s]+|[\p{P}\s]+$/gu, '')
}
