import { arch, cpus, platform, totalmem } from 'node:os'
import { SpeculationError } from '@foretoken/contract'
import type {
  Complete,
  Completion,
  Facts,
  Finish,
  Message,
  OpenRunCandidate,
  RunCandidate,
  RunModel,
  RunSubject,
} from '@foretoken/judge'
import {
  type ChatMessage,
  type EngineName,
  type EngineTarget,
  jsonSchemaGrammar,
  type LoadedModel,
} from '@foretoken/runner-llamacpp'
import { nativeReport } from '../doctor/engine-report.js'
import type { OpenDraftModelParts } from '../draft-model.js'
import { type Drafting, type DraftingOptions, drafterOptions, draftingOf } from '../drafting.js'
import { type DraftingSources, type OpenedSources, openSources } from '../drafting-sources.js'
import { type Generation, generate } from '../generation.js'
import { type LoadingParts, loadModel, type ModelOptions, type ModelPorts } from '../load-model.js'
import type { ProgressLine } from '../progress-line.js'
import { runModel } from './model-file.js'

/** A model as it is to be judged. */
export interface ModelCandidateOptions extends ModelOptions {
  /** Name of what is varied. */
  readonly configuration: string
  readonly settings: Facts
  /** The file, where it was looked at before: a hash of it takes a moment. */
  readonly file?: RunModel
  /** Who drafts. Absent: nobody. */
  readonly drafting?: DraftingOptions
  /** The candidate whose scores this one may inherit. Absent: it answers everything itself. */
  readonly baseline?: RunSubject
  /** Version of this program. */
  readonly version: string
}

/** A GGUF file in a configuration, which is loaded when it is first asked. */
export async function modelCandidate(
  { configuration, settings, version, file, drafting: draftingOptions, baseline, ...options }: ModelCandidateOptions,
  progress: ProgressLine,
  ports: ModelPorts,
): Promise<RunCandidate> {
  const engine = engineOf(options.engine)
  const { threads = 'auto', context = 'auto', override = {} } = options
  // A name that nobody has is refused before anything is asked.
  if (draftingOptions) draftingOf(draftingOptions)
  return {
    subject: {
      model: file ?? (await runModel(options.model)),
      configuration: { name: configuration, settings },
      engine: { ...engine, settings: { threads, context, override: JSON.stringify(override) } },
      machine: {
        platform: platform(),
        architecture: arch(),
        processor: cpus()[0]?.model ?? 'unknown',
        cores: cpus().length,
        memoryBytes: totalmem(),
      },
      packages: { foretoken: version, node: process.versions.node },
    },
    ...(baseline && { baseline }),
    open: (signal = new AbortController().signal) =>
      openCandidate({ ...options, engine: engine.name }, { ports, progress, signal, draftingOptions }),
  }
}

interface OpeningParts extends LoadingParts {
  readonly ports: ModelPorts
  readonly draftingOptions: DraftingOptions | undefined
}

async function openCandidate(
  options: ModelOptions,
  { ports, draftingOptions, ...loading }: OpeningParts,
): Promise<OpenRunCandidate> {
  const opened: AsyncDisposable[] = []
  const close = async (): Promise<void> => {
    for (const part of opened.toReversed()) await part[Symbol.asyncDispose]()
  }
  try {
    const model = await loadModel(options, loading, ports)
    opened.push(model)
    const asked = await openDrafting(draftingOptions, options, { target: model, ports, ...loading })
    if (asked) opened.push(asked.sources)
    const target = await model.openTarget()
    opened.push(target)
    return {
      complete: completeWith({ model, target, hasGrammars: model.facts.engine === 'native', ...asked }),
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function openDrafting(
  options: DraftingOptions | undefined,
  { threads }: ModelOptions,
  parts: OpenDraftModelParts,
): Promise<{ readonly drafting: Drafting; readonly sources: OpenedSources } | undefined> {
  const drafting = options && draftingOf(options)
  if (drafting === undefined) return undefined
  const sources = await openSources({ ...options, ...(threads !== undefined && { threads }) }, [drafting], parts)
  return { drafting, sources }
}

/** The engine is settled before anything is loaded, since a finished run must be known without its model. */
function engineOf(wish: ModelOptions['engine']): { readonly name: EngineName; readonly version: string } {
  const native = nativeReport()
  const name = wish === undefined || wish === 'auto' ? (native.available ? 'native' : 'node-llama-cpp') : wish
  return { name, version: (name === 'native' ? native.version : undefined) ?? 'unknown' }
}

interface AskedModel {
  readonly model: LoadedModel
  readonly target: EngineTarget
  readonly hasGrammars: boolean
  readonly drafting?: Drafting
  readonly sources?: DraftingSources
}

function completeWith({ model, target, hasGrammars, drafting, sources }: AskedModel): Complete {
  return async (messages, { maxTokens, temperature = 0, seed = 0, signal, schema, tools = [], images = [] }) => {
    if (images.length > 0 || tools.length > 0) {
      const what = images.length > 0 ? 'images' : 'tools'
      throw new SpeculationError('ERR_OPTION_INVALID', `a model in this process takes no ${what}`)
    }
    const prompt = model.chatPrompt(messages.map(chatMessage))
    // An engine without grammars is read as it answers.
    const grammar = schema && hasGrammars ? jsonSchemaGrammar(schema) : undefined
    const session = { sampling: { temperature, seed }, ...(grammar !== undefined && { grammar }) }
    // Each answer is drafted as if it were the first: what an earlier one taught depends on where a run was stopped.
    using drafts = sources && (await drafting?.create(sources))
    const tokens: number[] = []
    const { text, finish, summary, generateMs } = await generate({
      ...{ model, target, prompt, maxTokens, session, ...drafterOptions(drafts), ...(signal && { signal }) },
      onStep: ({ step }) => {
        for (const token of step.tokens) tokens.push(token)
      },
    })
    const { steps, draftedTokens, acceptedTokens } = summary
    return {
      ...{ text, finish: finishOf(finish), toolCalls: [] },
      usage: { promptTokens: prompt.length, completionTokens: summary.tokens },
      tokens: Int32Array.from(tokens),
      generation: { generateMs, steps, draftedTokens, acceptedTokens },
    } satisfies Completion
  }
}

function chatMessage({ role, content }: Message): ChatMessage {
  if (role !== 'tool') return { role, content }
  throw new SpeculationError('ERR_OPTION_INVALID', 'a model in this process takes no messages of tools')
}

function finishOf(finish: Generation['finish']): Finish {
  if (finish === 'end-of-text' || finish === 'stopped') return 'stop'
  return finish === 'aborted' ? 'timeout' : 'length'
}
