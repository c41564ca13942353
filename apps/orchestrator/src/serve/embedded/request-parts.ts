import { SpeculationError, type Tokens } from '@foretoken/contract'
import { type EngineModel, jsonSchemaGrammar } from '@foretoken/runner-llamacpp'
import type { TextRequest } from '../text-request.js'
import type { ToolFormat } from '../tools/tool-format.js'
import { toolPlan } from '../tools/tool-plan.js'

/** A request in the words of the engine. */
export interface RequestParts {
  readonly prompt: Tokens
  /** What the answer has to follow. */
  readonly grammar?: string
}

/** Puts a request into tokens and a grammar; throws `ERR_OPTION_INVALID` for what the model cannot do. */
export function requestParts(
  request: TextRequest,
  model: Pick<EngineModel, 'tokenize' | 'chatPrompt'>,
  toolFormat: ToolFormat | 'grammar',
): RequestParts {
  const { input, format } = request
  const { messages, tools, grammar } = toolPlan(request, toolFormat)
  // A text to be continued is the caller's to the last token, as for llama-server: the marks of fill-in-the-middle are special.
  const prompt =
    input.kind === 'completion'
      ? model.tokenize(input.prompt, { special: true })
      : model.chatPrompt(messages, { tools })
  if (prompt.length === 0) throw new SpeculationError('ERR_OPTION_INVALID', 'the prompt must not be empty')
  if (grammar !== undefined) return { prompt, grammar }
  if (format === undefined) return { prompt }
  return { prompt, grammar: jsonSchemaGrammar(format.kind === 'json' ? {} : format.schema) }
}
