import type { EngineTarget } from './target-types.js'

/** The part of a loaded model that decodes. */
export interface ModelBackend {
  /** Makes a context; `onClose` is called when it is gone. */
  openTarget(options: BackendTargetOptions): Promise<EngineTarget>
  /** Frees the weights; its targets are closed by then. */
  dispose(): Promise<void>
}

/** A context that is wanted; its options are checked. */
export interface BackendTargetOptions {
  readonly contextTokens: number
  readonly sequences: number
  readonly onClose: () => void
}
