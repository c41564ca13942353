import type { TextRequest } from '../text-request.js'
import { type ToolReading, toolPlan, toolReading } from '../tools/tool-plan.js'

/** A request whose tools stand in its messages, for a server that knows none. */
export interface PlainRequest {
  readonly request: TextRequest
  /** What the answer has to follow, in GBNF. */
  readonly grammar?: string
  /** How calls are found in the answer; absent where it can have none. */
  readonly reading?: ToolReading
}

/** Writes a conversation's tools into its messages; a grammar sees to it that calls can be read. */
export function toolsByGrammar(request: TextRequest): PlainRequest {
  const { input } = request
  if (input.kind !== 'chat') return { request }
  const { messages, grammar } = toolPlan(request, 'grammar')
  const reading = toolReading(request, 'grammar')
  // A call that has to be is the format.
  const { format: _, ...rest } = request
  const plain = { ...(grammar === undefined ? request : rest), input: { ...input, messages, tools: [] } }
  return { request: plain, ...(grammar !== undefined && { grammar }), ...(reading && { reading }) }
}
