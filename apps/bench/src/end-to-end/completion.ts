import { SpeculationError, type Tokens } from '@foretoken/contract'
import { z } from 'zod'

/** A text of `llama-server` and what it says that it took. */
export interface Completion {
  readonly text: string
  readonly tokens: Tokens
  readonly promptMs: number
  readonly generateMs: number
  readonly draftedTokens: number
  readonly acceptedTokens: number
  /** From the request to the whole answer, as the client saw it. */
  readonly wallMs: number
}

const milliseconds = z.number().nonnegative()
const count = z.int().nonnegative()

const answer = z.object({
  content: z.string(),
  tokens: z.array(z.int()),
  timings: z.object({
    prompt_ms: milliseconds,
    predicted_ms: milliseconds,
    // Left out where nothing was drafted.
    draft_n: count.default(0),
    draft_n_accepted: count.default(0),
  }),
})

/** Reads an answer of `/completion`; throws `ERR_ENGINE_LOST` where it is none. */
export function parseCompletion(text: string, wallMs: number): Completion {
  const { content, tokens, timings } = readAnswer(text)
  return {
    text: content,
    tokens: Int32Array.from(tokens),
    promptMs: timings.prompt_ms,
    generateMs: timings.predicted_ms,
    draftedTokens: timings.draft_n,
    acceptedTokens: timings.draft_n_accepted,
    wallMs,
  }
}

function readAnswer(text: string): z.infer<typeof answer> {
  try {
    return answer.parse(JSON.parse(text))
  } catch (cause) {
    const message = `llama-server answered something else than a completion: ${text.slice(0, 200)}`
    throw new SpeculationError('ERR_ENGINE_LOST', message, { cause })
  }
}
