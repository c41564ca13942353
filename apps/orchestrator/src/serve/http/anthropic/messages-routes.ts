import { answerHead } from '../answer/common-request.js'
import { generateAnswer } from '../answer/generate-answer.js'
import { orAborted } from '../answer/until-aborted.js'
import { requestOptions } from '../call.js'
import { postRoute, type Route } from '../route.js'
import { countAnswer, messageAnswer, messageEvent } from './answer-schemas.js'
import { conversationBody, messagesBody } from './messages-body.js'
import { conversationInput, messagesRequest } from './messages-request.js'
import { messagesWriter } from './messages-writer.js'

/** `POST /v1/messages`. */
export const messagesRoute: Route = postRoute({
  path: '/v1/messages',
  summary: 'Goes on with a conversation, in Anthropic’s words',
  errors: 'anthropic',
  body: messagesBody,
  answer: { description: 'The message, or a stream of its events', schema: messageAnswer, events: messageEvent },
  handle: async (call, body) => {
    const request = messagesRequest(body, call)
    const writer = messagesWriter(answerHead(call, body, request.sampling))
    return await generateAnswer(call, { request, stream: body.stream === true, writer })
  },
})

/** `POST /v1/messages/count_tokens`. */
export const countTokensRoute: Route = postRoute({
  path: '/v1/messages/count_tokens',
  summary: 'How many tokens a conversation has',
  errors: 'anthropic',
  body: conversationBody,
  answer: { description: 'Their number', schema: countAnswer },
  handle: async (call, body) => {
    const request = { model: body.model, input: conversationInput(body), stop: [], sampling: {}, speculation: {} }
    const count = call.house.service.countTokens(request, requestOptions(call))
    return { input_tokens: await orAborted(count, call.signal) }
  },
})
