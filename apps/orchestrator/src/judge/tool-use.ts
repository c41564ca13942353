import type { Message, ToolCall, ToolDefinition } from '@foretoken/judge'
import { ToolCallReader } from '../serve/tools/tool-call-reader.js'
import { callSyntaxes, type ToolFormat } from '../serve/tools/tool-format.js'
import { withToolInstructions } from '../serve/tools/tool-instructions.js'

/** How tools reach a model, and how its calls are read. */
export interface ToolUse {
  readonly messages: readonly Message[]
  /** What the chat template is told. */
  readonly tools: readonly ToolDefinition[]
  /** Special tokens that the text must show. */
  readonly marks: readonly string[]
  /** Takes the calls out of an answer. */
  read(text: string): { readonly text: string; readonly toolCalls: readonly ToolCall[] }
}

/**
 * Tools as a model learned them, or in plain words where its own way is not known here. No grammar helps it to write a call:
 * what is judged is whether it can.
 */
export function toolUse(
  messages: readonly Message[],
  tools: readonly ToolDefinition[],
  own: ToolFormat | 'grammar',
): ToolUse {
  const format = own === 'grammar' ? 'hermes' : own
  return {
    messages: own === 'grammar' ? withToolInstructions(messages, tools) : messages,
    tools: own === 'grammar' ? [] : tools,
    marks: callSyntaxes[format].marks,
    read(text) {
      const reader = new ToolCallReader(
        format,
        tools.map(({ name }) => name),
      )
      let [shown, at] = ['', 0]
      const toolCalls: ToolCall[] = []
      for (const part of [...reader.push(text), ...reader.end()]) {
        if (part.kind === 'text') shown += text.slice(at, at + part.length)
        else toolCalls.push(...part.calls)
        at += part.length
      }
      return { text: toolCalls.length > 0 ? shown.trim() : shown, toolCalls }
    },
  }
}
