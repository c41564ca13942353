import { basename } from 'node:path'
import { SpeculationError } from '@foretoken/contract'
import {
  estimateModelMemory,
  explainPair,
  inspect,
  type LaunchModel,
  type ModelFacts,
  type PoolModel,
} from '@foretoken/registry'
import type { PlanOptions } from './plan-options.js'

/** A GGUF file as it is planned. */
export interface ModelLaunch {
  readonly launch: LaunchModel
  readonly pool: PoolModel
  /** The model in words. */
  readonly words: string
  readonly notes: readonly string[]
}

/** How a GGUF file is run, from what it says itself. */
export async function modelLaunch(path: string, options: PlanOptions, signal: AbortSignal): Promise<ModelLaunch> {
  const { context, mmproj, engine } = options
  const facts = await inspect(path, { signal })
  assertRuns(facts)
  const size = context === undefined ? {} : { contextTokens: context }
  const drafting = await draftModel(facts, { ...options, size, signal })
  const hasHeads = options.draft === undefined && facts.draftHeads.some(({ kind }) => kind === 'mtp')
  const usesHeads = hasHeads && engine === 'llama-server'
  const name = basename(path).replace(/\.gguf$/, '')
  return {
    launch: {
      name,
      path,
      ...size,
      ...(mmproj !== undefined && { projectorPath: mmproj }),
      ...(usesHeads && { draft: { kind: 'mtp' as const } }),
      ...(facts.kind === 'embedder' ? { embeds: true } : { lookup: {} }),
      ...drafting.launch,
    },
    pool: { name, bytes: estimateModelMemory(facts, size).totalBytes + drafting.bytes },
    words: `${facts.name ?? name}, ${facts.quantization.name}`,
    notes: [
      ...(facts.seesWithProjector && mmproj === undefined
        ? ['It sees with a projector: name its file with --mmproj.']
        : []),
      ...(hasHeads && !usesHeads
        ? ['It has prediction layers of its own, which llama-server can draft with: add --engine llama-server.']
        : []),
    ],
  }
}

/** Throws `ERR_MODEL_UNSUPPORTED` for a file that no engine runs by itself. */
function assertRuns({ kind, location }: ModelFacts): void {
  if (kind === 'model' || kind === 'embedder') return
  const cure = 'name the GGUF file of a model'
  throw new SpeculationError(
    'ERR_MODEL_UNSUPPORTED',
    `${location} holds a ${kind}, which does not run by itself; ${cure}`,
    {
      details: { kind },
    },
  )
}

interface DraftQuestion extends PlanOptions {
  readonly size: { readonly contextTokens?: number }
  readonly signal: AbortSignal
}

/** A draft model that suits, with what it takes, or why it does not. */
async function draftModel(
  target: ModelFacts,
  { draft: path, size, signal }: DraftQuestion,
): Promise<{ readonly launch: Pick<LaunchModel, 'draft' | 'refused'>; readonly bytes: number }> {
  if (path === undefined) return { launch: {}, bytes: 0 }
  const facts = await inspect(path, { signal })
  const { compatible, reasons } = explainPair(target, facts)
  if (!compatible) {
    const refused = reasons.map(({ message, cure }) => `The draft model does not suit: ${message}; ${cure}`)
    return { launch: { refused }, bytes: 0 }
  }
  return { launch: { draft: { kind: 'model', path } }, bytes: estimateModelMemory(facts, size).totalBytes }
}
