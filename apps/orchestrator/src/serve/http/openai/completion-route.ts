import type { RoutedRequest } from '../../serving-service.js'
import { answerHead, maxTokensOf, speculationOf } from '../answer/common-request.js'
import { generateAnswer } from '../answer/generate-answer.js'
import type { Call } from '../call.js'
import { postRoute, type Route } from '../route.js'
import { completionAnswer } from './answer-schemas.js'
import { type CompletionBody, completionBody } from './completion-body.js'
import { completionWriter } from './completion-writer.js'
import { openaiSampling, stopOf } from './openai-fields.js'

/** `POST /v1/completions`. */
export const completionRoute: Route = postRoute({
  path: '/v1/completions',
  summary: 'Goes on with a text',
  description: 'OpenAI’s completions: the prompt as it stands, without a template.',
  errors: 'openai',
  body: completionBody,
  answer: {
    description: 'The answer, or a stream of its chunks that ends with `[DONE]`',
    schema: completionAnswer,
    events: completionAnswer,
  },
  handle: async (call, body) => {
    const request = completionRequest(body, call)
    const writer = completionWriter(answerHead(call, body, request.sampling), {
      includeUsage: body.stream_options?.include_usage === true,
      logProbabilities: body.logprobs != null,
    })
    return await generateAnswer(call, { request, stream: body.stream === true, writer })
  },
})

function completionRequest(body: CompletionBody, { house }: Call): RoutedRequest {
  const { prompt, logprobs } = body
  return {
    model: body.model,
    input: { kind: 'completion', prompt: typeof prompt === 'string' ? prompt : prompt.join('') },
    ...maxTokensOf(body.max_tokens, house.limits, 'max_tokens'),
    stop: stopOf(body.stop),
    sampling: openaiSampling(body),
    ...(logprobs != null && { topLogProbabilities: logprobs }),
    speculation: speculationOf(body.speculation),
  }
}
