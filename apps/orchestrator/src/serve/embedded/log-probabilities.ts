import type { TokenChoice, TokenId } from '@foretoken/contract'
import type { LoadedModel } from '@foretoken/runner-llamacpp'
import type { ServedLogProbability } from '../text-event.js'

/** Puts tokens' probabilities into words: each token is decoded alone, so that parts of a character are U+FFFD. */
export function logProbabilitiesOf(
  choices: readonly TokenChoice[],
  model: Pick<LoadedModel, 'textDecoder'>,
): readonly ServedLogProbability[] {
  const decoder = model.textDecoder()
  const textOf = (token: TokenId): string => decoder.push(Int32Array.of(token)) + decoder.end()
  return choices.map(({ token, logProbability, top }) => ({
    text: textOf(token),
    logProbability,
    top: top.map((other) => ({ text: textOf(other.token), logProbability: other.logProbability })),
  }))
}
