import { randomInt } from 'node:crypto'
import type { Sampling } from '@foretoken/contract'
import type { SpeculationChoice } from '../../text-request.js'
import type { Call } from '../call.js'
import type { CommonBody, SpeculationBody } from '../edge/fields.js'
import { HttpError } from '../edge/http-error.js'
import type { HttpLimits } from '../http-options.js'
import type { AnswerHead } from './dialect.js'

// What OpenAI's API takes where nothing is said.
const defaultTemperature = 1

const seeds = 2 ** 47

/** How tokens are chosen for a request; a seed that it does not name is drawn, so that the record has one. */
export function samplingOf({ temperature, top_p, top_k, min_p, seed }: CommonBody): Sampling {
  const heat = temperature ?? defaultTemperature
  return {
    temperature: heat,
    ...((heat > 0 || seed != null) && { seed: seed ?? randomInt(seeds) }),
    // A share of 0 is one token to OpenAI; the sampler knows no such share.
    ...(top_p === 0 ? { topK: 1 } : top_p != null && { topP: top_p }),
    ...(top_k != null && top_p !== 0 && { topK: top_k }),
    ...(min_p != null && { minP: min_p }),
  }
}

/** How a request wants to be drafted for. */
export function speculationOf(body: SpeculationBody | null | undefined): SpeculationChoice {
  const { off, drafters, maxTokens } = body ?? {}
  return {
    ...(off != null && { off }),
    ...(drafters != null && { drafters }),
    ...(maxTokens != null && { maxTokens }),
  }
}

/** Most tokens of an answer: what is asked for, as far as the server allows. */
export function maxTokensOf(
  asked: number | null | undefined,
  { answerTokens }: Required<HttpLimits>,
  field: string,
): { readonly maxTokens?: number } {
  if (asked != null && asked > answerTokens)
    throw new HttpError(400, 'invalid_request', `${field}: this server writes at most ${answerTokens} tokens`, field)
  if (asked != null) return { maxTokens: asked }
  return Number.isFinite(answerTokens) ? { maxTokens: answerTokens } : {}
}

/** What an answer says of itself. */
export function answerHead(call: Call, body: CommonBody, { seed }: Sampling): AnswerHead {
  return {
    id: call.id,
    created: Math.floor(Date.now() / 1000),
    model: body.model,
    speculation: {
      asked: body.speculation != null,
      trace: body.speculation?.trace === true,
      ...(seed !== undefined && { seed }),
    },
  }
}
