import type { TextRequest } from '../text-request.js'
import { chatFields } from './chat-fields.js'
import { samplingFields } from './sampling-fields.js'
import { type AskedModel, cannot, type ServerDialect } from './server-dialect.js'

/** What is sent for a request, and where to. */
export interface ServerRequest {
  /** Relative to the base URL. */
  readonly path: 'chat/completions' | 'completions'
  readonly body: Readonly<Record<string, unknown>>
}

/** A request for a streamed answer, in a server's fields. Throws `ERR_OPTION_INVALID` for what it has none for. */
export function requestBody(request: TextRequest, asked: AskedModel): ServerRequest {
  const { model, dialect } = asked
  const { input, sampling, stop } = request
  const isChat = input.kind === 'chat'
  return {
    path: isChat ? 'chat/completions' : 'completions',
    body: {
      model,
      ...(isChat ? chatFields(input, dialect) : { prompt: input.prompt }),
      ...samplingFields(sampling, asked),
      ...lengthFields(request, dialect),
      ...(stop.length > 0 && { stop }),
      ...formatFields(request, dialect),
      ...logProbabilityFields(request),
      stream: true,
      stream_options: { include_usage: true },
      // The counts come with the first token instead of with the last, and thoughts stay in the text.
      ...(dialect === 'llama.cpp' && { timings_per_token: true, reasoning_format: 'none' }),
    },
  }
}

function lengthFields({ input, maxTokens }: TextRequest, dialect: ServerDialect): object {
  if (maxTokens === undefined) return {}
  return dialect === 'openai' && input.kind === 'chat'
    ? { max_completion_tokens: maxTokens }
    : { max_tokens: maxTokens }
}

function formatFields({ input, format }: TextRequest, dialect: ServerDialect): object {
  if (format === undefined) return {}
  const schema = format.kind === 'json' ? {} : format.schema
  if (input.kind === 'completion') {
    if (dialect !== 'llama.cpp') throw cannot('format for a plain completion', dialect)
    return { json_schema: schema }
  }
  if (format.kind === 'json') return { response_format: { type: 'json_object' } }
  return { response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } } }
}

function logProbabilityFields({ input, topLogProbabilities }: TextRequest): object {
  if (topLogProbabilities === undefined) return {}
  return input.kind === 'chat'
    ? { logprobs: true, top_logprobs: topLogProbabilities }
    : { logprobs: topLogProbabilities }
}
