import type { Citation } from './measurement.js'

/** A file of a model. */
export interface Quantisation {
  readonly name: string
  /** Size of the file, in bytes. */
  readonly bytes?: number
  /** Path below one of the roots, or an absolute one. */
  readonly path?: string
  readonly source: Citation
}

/** A model, whatever its quantisation. */
export interface RegistryModel {
  readonly id: string
  readonly name: string
  readonly family: string
  /** Whose further training it has, e.g. `pard`. */
  readonly lineage?: string
  /** The architecture as GGUF names it. */
  readonly architecture?: string
  readonly vocabulary?: string
  readonly parameters?: number
  /** Parameters used for a token; absent: all. */
  readonly activeParameters?: number
  readonly experts?: number
  /** Experts used for a token where nobody says otherwise. */
  readonly defaultExperts?: number
  readonly layers?: number
  /** Whether it has a state that cannot be rolled back as a KV cache can. */
  readonly recurrent?: boolean
  readonly vision?: boolean
  /** Id of the draft model that it is usually run with. */
  readonly usualDraft?: string
  /** The usual one first. */
  readonly quantisations: readonly Quantisation[]
  readonly sources: readonly Citation[]
}

/** How to set the number of experts of an architecture. */
export interface ExpertKey {
  readonly architecture: string
  readonly family: string
  /** Name for llama.cpp's `--override-kv`. */
  readonly key: string
  readonly defaultExperts?: number
  readonly recommendedExperts?: number
  readonly source: Citation
  readonly date: string
}

/** Which models a statement is about. What is absent is not asked about; with nothing at all it is about every model. */
export interface ModelSelector {
  readonly model?: string
  readonly family?: string
  readonly lineage?: string
  readonly kind?: ModelTrait
}

/** Models by how they are built. */
export type ModelTrait = 'recurrent' | 'vision' | 'moe'

/** Something that a model does otherwise than one would think. */
export interface Quirk extends ModelSelector {
  readonly about: string
  readonly quirk: string
  readonly cure: string
  readonly source: Citation
  readonly date: string
}

/** What must not be done with a model. */
export interface Constraint extends ModelSelector {
  readonly forbids: 'speculation' | 'lookup' | 'text-draft'
  readonly instead: string
  readonly source: Citation
  readonly date: string
}

/** Advice against a model, or against one way to run it. */
export interface Deprecation {
  readonly model: string
  readonly experts?: number
  /** A quantisation or another way to run it; absent: however it is run. */
  readonly variant?: string
  readonly reason: string
  readonly replacement?: string
  readonly source: Citation
  readonly date: string
}

/** Whether a draft model suited a target. */
export interface PairResult {
  readonly target: ModelSelector
  readonly draft: ModelSelector
  readonly verdict: 'works' | 'fails'
  readonly reason: string
  readonly source: Citation
  readonly date: string
}
