import type { ServedLogProbability } from '../text-event.js'
import type { StreamLogProbabilities } from './stream-chunk.js'

/** How probable tokens were, from either of OpenAI's forms. */
export function servedLogProbabilities(from: StreamLogProbabilities): readonly ServedLogProbability[] {
  if ('content' in from) {
    return (from.content ?? []).map(({ token, logprob, top_logprobs = [] }) => ({
      text: token,
      logProbability: logprob,
      top: top_logprobs.map((other) => ({ text: other.token, logProbability: other.logprob })),
    }))
  }
  const { tokens, token_logprobs: chosen, top_logprobs: best } = from
  return tokens.flatMap((text, index) => {
    const logProbability = chosen[index]
    // The first token of an echoed prompt has none.
    if (logProbability === undefined || logProbability === null) return []
    const top = Object.entries(best?.[index] ?? {})
    return [{ text, logProbability, top: top.map(([other, value]) => ({ text: other, logProbability: value })) }]
  })
}
