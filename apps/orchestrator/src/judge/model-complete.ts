import { SpeculationError } from '@foretoken/contract'
import type { Complete, Completion, Finish } from '@foretoken/judge'
import { inspect } from '@foretoken/registry'
import { type EngineTarget, jsonSchemaGrammar, type LoadedModel } from '@foretoken/runner-llamacpp'
import { type Drafting, drafterOptions } from '../drafting.js'
import type { DraftingSources } from '../drafting-sources.js'
import { type Generation, generate } from '../generation.js'
import { type ToolFormat, toolFormatOf } from '../serve/tools/tool-format.js'
import { toolUse } from './tool-use.js'

/** A model in this process that is to be asked. */
export interface AskedModel {
  readonly model: LoadedModel
  readonly target: EngineTarget
  /** Path of its file, which tells how it calls tools. */
  readonly path: string
  readonly drafting?: Drafting
  readonly sources?: DraftingSources
}

/** Asks a model in this process. */
export function modelComplete({ model, target, path, drafting, sources }: AskedModel): Complete {
  let format: Promise<ToolFormat | 'grammar'> | undefined
  const toolFormat = (): Promise<ToolFormat | 'grammar'> => {
    format ??= inspect(path).then(({ toolCallFormat }) => toolFormatOf(toolCallFormat))
    return format
  }
  return async (messages, { maxTokens, temperature = 0, seed = 0, signal, schema, tools = [], images = [] }) => {
    if (images.length > 0) {
      const cure = 'ask it behind HTTP, as model@http://host:port/v1'
      throw new SpeculationError('ERR_OPTION_INVALID', `a model in this process takes no images; ${cure}`)
    }
    const hasTools = tools.length > 0 || messages.some(({ role }) => role === 'tool')
    const use = hasTools ? toolUse(messages, tools, await toolFormat()) : undefined
    const prompt = model.chatPrompt(use?.messages ?? messages, { tools: use?.tools ?? [] })
    // An engine without grammars is read as it answers.
    const grammar = schema && model.facts.engine === 'native' ? jsonSchemaGrammar(schema) : undefined
    const session = { sampling: { temperature, seed }, ...(grammar !== undefined && { grammar }) }
    // Each answer is drafted as if it were the first: what an earlier one taught depends on where a run was stopped.
    using drafts = sources && (await drafting?.create(sources))
    const tokens: number[] = []
    const { text, finish, summary, generateMs } = await generate({
      model: { textDecoder: () => model.textDecoder({ shown: use?.marks ?? [] }) },
      ...{ target, prompt, maxTokens, session, ...drafterOptions(drafts), ...(signal && { signal }) },
      onStep: ({ step }) => {
        for (const token of step.tokens) tokens.push(token)
      },
    })
    const { steps, draftedTokens, acceptedTokens } = summary
    const said = use?.read(text) ?? { text, toolCalls: [] }
    return {
      ...{ ...said, finish: finishOf(finish, said.toolCalls.length > 0) },
      usage: { promptTokens: prompt.length, completionTokens: summary.tokens },
      tokens: Int32Array.from(tokens),
      generation: { generateMs, steps, draftedTokens, acceptedTokens },
    } satisfies Completion
  }
}

function finishOf(finish: Generation['finish'], hasCalls: boolean): Finish {
  if (finish === 'end-of-text' || finish === 'stopped') return hasCalls ? 'toolCalls' : 'stop'
  return finish === 'aborted' ? 'timeout' : 'length'
}
