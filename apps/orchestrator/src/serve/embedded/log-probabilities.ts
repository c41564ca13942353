import type { TokenChoice, TokenId } from '@foretoken/contract'
import type { LoadedModel } from '@foretoken/runner-llamacpp'
import type { ServedLogProbability, TokenProbability } from '../text-event.js'

/** Puts tokens' probabilities into words, each token by itself. */
export function logProbabilitiesOf(
  choices: readonly TokenChoice[],
  model: Pick<LoadedModel, 'tokenBytes'>,
): readonly ServedLogProbability[] {
  const probabilityOf = (token: TokenId, logProbability: number): TokenProbability => {
    const bytes = model.tokenBytes(token)
    const text = utf8.decode(bytes)
    return { text, ...(text.includes('\uFFFD') && { bytes: [...bytes] }), logProbability }
  }
  return choices.map(({ token, logProbability, top }) => ({
    ...probabilityOf(token, logProbability),
    top: top.map((other) => probabilityOf(other.token, other.logProbability)),
  }))
}

// U+FEFF at the beginning is text like any other.
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
