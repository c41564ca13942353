import { arch, cpus, platform, totalmem } from 'node:os'
import type { Facts, OpenRunCandidate, RunCandidate, RunModel, RunSubject } from '@foretoken/judge'
import type { EngineName } from '@foretoken/runner-llamacpp'
import { nativeReport } from '../doctor/engine-report.js'
import type { OpenDraftModelParts } from '../draft-model.js'
import { type Drafting, type DraftingOptions, draftingOf } from '../drafting.js'
import { type OpenedSources, openSources } from '../drafting-sources.js'
import { type LoadingParts, loadModel, type ModelOptions, type ModelPorts } from '../load-model.js'
import type { ProgressLine } from '../progress-line.js'
import { modelComplete } from './model-complete.js'
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
      complete: modelComplete({ model, target, path: options.model, ...asked }),
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
