import { SpeculationError } from '@foretoken/contract'
import { jsonSchema, type LanguageModel, Output, streamText, type TextStreamPart, type ToolSet, tool } from 'ai'
import type { Finish, ToolCall } from '../answer.js'
import type { ToolDefinition } from '../message.js'
import type { Clock, Complete, Completion, Usage } from '../ports.js'
import { modelMessages } from './ai-sdk-messages.js'
import { engineError, engineLost } from './engine-failure.js'
import { systemClock } from './system-clock.js'

/** Options of {@link aiSdkComplete}. */
export interface AiSdkCompleteOptions {
  /**
   * What errors call the model.
   * @defaultValue the model's id
   */
  readonly name?: string
  /**
   * Whether the model's server takes a seed.
   * @defaultValue true
   */
  readonly hasSeed?: boolean
  /**
   * Reads dates that servers ask to wait for.
   * @defaultValue the machine's
   */
  readonly clock?: Clock
}

/** Any language model of the Vercel AI SDK behind the port; answers are streamed, so that a time-out keeps a part. */
export function aiSdkComplete(model: LanguageModel, options: AiSdkCompleteOptions = {}): Complete {
  const { name = typeof model === 'string' ? model : model.modelId, hasSeed = true, clock = systemClock } = options
  return async (messages, request) => {
    const { schema, tools = [], signal, seed = 0 } = request
    if (signal?.aborted) return { ...nothing, finish: 'timeout' }
    const result = streamText({
      model,
      messages: modelMessages(messages, request.images),
      allowSystemInMessages: true,
      maxOutputTokens: request.maxTokens,
      temperature: request.temperature ?? 0,
      maxRetries: 0,
      // The stream carries the error, too; unhandled, the SDK would print it.
      onError: () => {},
      ...(hasSeed && { seed }),
      ...(signal !== undefined && { abortSignal: signal }),
      ...(tools.length > 0 && { tools: toolSet(tools) }),
      ...(schema !== undefined && { output: Output.object({ schema: jsonSchema(schema), name: 'verdict' }) }),
    })
    try {
      return await collected(result.fullStream, name)
    } catch (error) {
      throw engineError(name, error, clock.now())
    }
  }
}

type StreamPart = TextStreamPart<ToolSet>

const nothing = { text: '', toolCalls: [], usage: { promptTokens: 0, completionTokens: 0 } }

const finishes: Readonly<Record<string, Finish>> = { stop: 'stop', length: 'length', 'tool-calls': 'toolCalls' }

async function collected(stream: AsyncIterable<StreamPart>, name: string): Promise<Completion> {
  let text = ''
  const toolCalls: ToolCall[] = []
  for await (const part of stream) {
    if (part.type === 'text-delta') text += part.text
    else if (part.type === 'tool-call') toolCalls.push({ name: part.toolName, arguments: argumentsOf(part.input) })
    else if (part.type === 'error') throw part.error
    else if (part.type === 'abort') return { ...nothing, text, toolCalls, finish: 'timeout' }
    else if (part.type === 'finish')
      return { text, toolCalls, ...finished(part, `${name} after ${text.length} characters`) }
  }
  throw brokeOff(name)
}

function finished(
  { finishReason, totalUsage }: Extract<StreamPart, { type: 'finish' }>,
  who: string,
): { finish: Finish; usage: Usage } {
  const finish = finishes[finishReason]
  if (finishReason === 'content-filter')
    throw engineLost(`${who} was stopped by its content filter`, { isRetryable: false })
  if (finish === undefined) throw brokeOff(who)
  const { inputTokens = 0, outputTokens = 0 } = totalUsage
  return { finish, usage: { promptTokens: inputTokens, completionTokens: outputTokens } }
}

function brokeOff(who: string): Error {
  return engineLost(`${who} broke off without saying why`, { isRetryable: true })
}

function argumentsOf(input: unknown): string {
  return typeof input === 'string' ? input : JSON.stringify(input)
}

function toolSet(tools: readonly ToolDefinition[]): ToolSet {
  if (new Set(tools.map(({ name }) => name)).size < tools.length) {
    throw new SpeculationError('ERR_OPTION_INVALID', 'tools must have names of their own')
  }
  const set: ToolSet = {}
  for (const { name, description, parameters } of tools) {
    set[name] = tool({ description, inputSchema: jsonSchema(parameters) })
  }
  return set
}
