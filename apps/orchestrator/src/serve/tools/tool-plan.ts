import { SpeculationError } from '@foretoken/contract'
import type { ServedMessage, TextRequest, ToolDefinition } from '../text-request.js'
import type { ToolFormat } from './tool-format.js'
import { toolGrammar } from './tool-grammar.js'
import { withToolInstructions } from './tool-instructions.js'

/** How a request's tools reach a model, and come back from it. */
export interface ToolPlan {
  /** What the template is told. */
  readonly messages: readonly ServedMessage[]
  readonly tools: readonly ToolDefinition[]
  /** What the answer must follow; absent where the model is trusted to write calls as it learned it. */
  readonly grammar?: string
}

/** How calls are read in a request's answer; absent where it can have none. */
export interface ToolReading {
  readonly format: ToolFormat
  readonly names: readonly string[]
}

/** Plans a conversation with tools for a model that writes calls in its own format, or in none. */
export function toolPlan({ input, format: answerFormat }: TextRequest, own: ToolFormat | 'grammar'): ToolPlan {
  if (input.kind !== 'chat') return { messages: [], tools: [] }
  const { messages, toolChoice } = input
  const callable = callableTools(input)
  const isPlain = own === 'grammar'
  const plan = isPlain
    ? { messages: withToolInstructions(messages, callable), tools: [] }
    : { messages, tools: callable }
  const isOptional = toolChoice === 'auto'
  if (callable.length === 0) return plan
  if (answerFormat !== undefined && isOptional) throw bothFormats()
  if (isOptional && !isPlain) return plan
  return { ...plan, grammar: toolGrammar({ format: isPlain ? 'hermes' : own, tools: callable, isOptional }) }
}

/** How the answer's calls are found. */
export function toolReading({ input }: TextRequest, own: ToolFormat | 'grammar'): ToolReading | undefined {
  const names = input.kind === 'chat' ? callableTools(input).map(({ name }) => name) : []
  return names.length === 0 ? undefined : { format: own === 'grammar' ? 'hermes' : own, names }
}

function callableTools({
  tools,
  toolChoice,
}: Extract<TextRequest['input'], { kind: 'chat' }>): readonly ToolDefinition[] {
  if (toolChoice === 'none') return []
  if (typeof toolChoice === 'string') {
    if (toolChoice === 'required' && tools.length === 0) throw invalid('a tool is required, but there are no tools')
    return tools
  }
  const named = tools.filter(({ name }) => name === toolChoice.name)
  if (named.length > 0) return named
  throw invalid(`the tool ${JSON.stringify(toolChoice.name)} is to be called, but is not among the tools`)
}

function bothFormats(): SpeculationError<'ERR_OPTION_INVALID'> {
  return invalid(
    'an answer cannot have a format and be free to call tools at once; leave one out, or say which tool is to be called',
  )
}

function invalid(message: string): SpeculationError<'ERR_OPTION_INVALID'> {
  return new SpeculationError('ERR_OPTION_INVALID', message)
}
