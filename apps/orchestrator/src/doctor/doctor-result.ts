import type { MachineFacts, ModelMemory, PairReason } from '@foretoken/registry'
import type { EngineName, WidthCost } from '@foretoken/runner-llamacpp'
import type { ApplyingRefusal } from './applying-refusals.js'
import type { DecodingBandwidth } from './decoding-bandwidth.js'

/** What `foretoken doctor` found. */
export interface DoctorResult {
  readonly machine: MachineFacts
  readonly engine: EngineReport
  /** Absent where no model was named. */
  readonly model?: ModelReport
  /** Absent where no draft model was named. */
  readonly draft?: DraftReport
  /** What makes models slow here, and what does not work, each with its cure. */
  readonly findings: readonly string[]
  /** What is known not to work, or not well, with these models. */
  readonly refusals: readonly ApplyingRefusal[]
  /** `false` after Ctrl-C. */
  readonly complete: boolean
  readonly verdict: string
}

/** Who decodes, and why. */
export interface EngineReport {
  readonly name: EngineName
  readonly because: string
  /** Of node-llama-cpp, whose llama.cpp it is. */
  readonly version?: string
  /** ggml's library for this processor. */
  readonly cpuLibrary?: string
  /** Whether ggml is linked with OpenMP, so that its variables matter; absent where that is not known. */
  readonly usesOpenMp?: boolean
  readonly threads?: number
  readonly backend?: string
}

/** A file in short. */
export interface FileReport {
  readonly path: string
  readonly name?: string
  readonly architecture: string
  readonly parameters: number
  readonly activeParameters: number
  /** Bytes of weights that a token reads. */
  readonly bytesPerToken: number
  readonly quantization: string
  readonly layers: number
  readonly contextTokens: number
  readonly experts?: { readonly count: number; readonly used: number; readonly overrideKey: string }
  readonly vocabulary?: { readonly type: string; readonly preTokenizer: string; readonly size: number }
  readonly rollback: string
  readonly draftHeads: readonly string[]
  readonly seesWithProjector: boolean
  readonly memory: ModelMemory
}

/** A model and what was measured of it; what comes after an interruption is absent. */
export interface ModelReport extends FileReport {
  readonly loadSeconds?: number
  /** Seconds of a step by the tokens in it. */
  readonly costs?: readonly WidthCost[]
  /** Seconds to go back and run tokens again; only where rejected tokens are not simply dropped. */
  readonly replay?: readonly WidthCost[]
  readonly decoding?: DecodingBandwidth
  /** For drafts that cost nothing to make: which acceptance pays for their checking. */
  readonly breakEven?: readonly BreakEven[]
  /** Drafters that need no model, on texts that this model wrote to built-in prompts. */
  readonly drafters?: readonly DrafterReport[]
}

/** Least acceptance at which drafts of a length pay. */
export interface BreakEven {
  readonly draftTokens: number
  /** 0 to 1; absent where even right drafts do not pay. */
  readonly acceptanceRate?: number
}

/** A drafter on the built-in prompts. */
export interface DrafterReport {
  readonly drafter: string
  readonly draftedTokens: number
  readonly acceptedTokens: number
  /** Tokens of a draft for which most is expected; absent where the policy chose them, as in a run. */
  readonly draftTokens?: number
  /** Expected speed against the speed without drafts. */
  readonly expectedSpeedup: number
}

/** A draft model and whether it helps. */
export interface DraftReport extends FileReport {
  /** Whether llama.cpp's rules allow the pair. */
  readonly compatible: boolean
  readonly reasons: readonly PairReason[]
  readonly loadSeconds?: number
  /** Seconds of a drafted token. */
  readonly secondsPerToken?: number
  readonly breakEven?: readonly BreakEven[]
  readonly measured?: DrafterReport
}
