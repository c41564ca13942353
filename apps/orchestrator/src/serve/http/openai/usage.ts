import type { TokenCounts } from '../answer/serving-fold.js'

/** The tokens of a request, as OpenAI's API counts them. */
export function usageOf({ promptTokens, reusedTokens, completionTokens }: TokenCounts): object {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: reusedTokens },
  }
}

/** What ends a stream of OpenAI's API. */
export const doneFrame = 'data: [DONE]\n\n'
