import { SpeculationError, type Tokens } from '@foretoken/contract'
import { type ChatMessage, type EngineModel, jsonSchemaGrammar } from '@foretoken/runner-llamacpp'
import type { ChatInput, ServedMessage, TextRequest } from '../text-request.js'

/** A request in the words of the engine. */
export interface RequestParts {
  readonly prompt: Tokens
  /** What the answer has to follow. */
  readonly grammar?: string
}

/** Puts a request into tokens and a grammar; throws `ERR_OPTION_INVALID` for what the model cannot do. */
export function requestParts(
  { input, format }: TextRequest,
  model: Pick<EngineModel, 'tokenize' | 'chatPrompt'>,
): RequestParts {
  const prompt = input.kind === 'completion' ? model.tokenize(input.prompt) : chatTokens(input, model)
  if (format === undefined) return { prompt }
  return { prompt, grammar: jsonSchemaGrammar(format.kind === 'json' ? {} : format.schema) }
}

function chatTokens({ messages, tools }: ChatInput, model: Pick<EngineModel, 'chatPrompt'>): Tokens {
  if (tools.length > 0) throw new SpeculationError('ERR_OPTION_INVALID', 'tools are not there yet')
  return model.chatPrompt(messages.map(chatMessage))
}

function chatMessage({ role, content }: ServedMessage): ChatMessage {
  if (role === 'tool') throw new SpeculationError('ERR_OPTION_INVALID', 'tools are not there yet')
  return { role, content }
}
