import { answerHead } from '../answer/common-request.js'
import { generateAnswer } from '../answer/generate-answer.js'
import { postRoute, type Route } from '../route.js'
import { chatAnswer, chatChunk } from './answer-schemas.js'
import { chatBody } from './chat-body.js'
import { chatRequest } from './chat-request.js'
import { chatWriter } from './chat-writer.js'

/** `POST /v1/chat/completions`. */
export const chatRoute: Route = postRoute({
  path: '/v1/chat/completions',
  summary: 'Goes on with a conversation',
  description: 'OpenAI’s chat completions. One answer is written (`n` is 1), and pictures come as data URLs.',
  errors: 'openai',
  body: chatBody,
  answer: {
    description: 'The answer, or a stream of its chunks that ends with `[DONE]`',
    schema: chatAnswer,
    events: chatChunk,
  },
  handle: async (call, body) => {
    const request = chatRequest(body, call)
    const writer = chatWriter(answerHead(call, body, request.sampling), {
      includeUsage: body.stream_options?.include_usage === true,
      logProbabilities: body.logprobs === true,
    })
    return await generateAnswer(call, { request, stream: body.stream === true, writer })
  },
})
