import type { ServedLogProbability, TokenProbability } from '../../text-event.js'

// OpenAI's own value for what cannot happen; JSON knows no infinity.
const impossible = -9999

/** Log-probabilities of a chat's tokens. */
export function chatLogProbabilities(tokens: readonly ServedLogProbability[]): object {
  return {
    content: tokens.map(({ top, ...token }) => ({ ...tokenOf(token), top_logprobs: top.map(tokenOf) })),
    refusal: null,
  }
}

function tokenOf({ text, bytes, logProbability }: TokenProbability): object {
  return { token: text, logprob: Math.max(impossible, logProbability), bytes: bytes ?? [...Buffer.from(text)] }
}

/** Log-probabilities of a completion's tokens, whose text begins at `offset`. */
export function completionLogProbabilities(tokens: readonly ServedLogProbability[], offset: number): object {
  const offsets: number[] = []
  let end = offset
  for (const { text } of tokens) {
    offsets.push(end)
    end += text.length
  }
  return {
    tokens: tokens.map(({ text }) => text),
    token_logprobs: tokens.map(({ logProbability }) => Math.max(impossible, logProbability)),
    top_logprobs: tokens.map(({ top }) =>
      Object.fromEntries(top.map(({ text, logProbability }) => [text, Math.max(impossible, logProbability)])),
    ),
    text_offset: offsets,
  }
}
