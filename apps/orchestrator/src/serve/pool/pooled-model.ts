import type { EngineLogEvent, ServingEngine, StartEngine } from '../serving-engine.js'

/** A model that a pool can load. */
export interface PooledModel {
  /** Unique in the pool. */
  readonly name: string
  readonly start: StartEngine
  /** Memory that it is foretold to take, in bytes; 0 for one that runs elsewhere. */
  readonly bytes: number
  /**
   * Whether it is never given up.
   * @defaultValue false
   */
  readonly isPinned?: boolean
  /**
   * The lower, the earlier it is given up for another.
   * @defaultValue 0
   */
  readonly priority?: number
  /**
   * Milliseconds without a request after which it is unloaded.
   * @defaultValue never
   */
  readonly ttlMs?: number
}

/** A place at a loaded model. */
export interface Lease {
  readonly engine: ServingEngine
  /** Milliseconds that it was waited for. */
  readonly waitedMs: number
  /** Gives the place back; `isLost` where the engine failed, which is started anew then. A second call does nothing. */
  release(options?: { readonly isLost?: boolean }): void
}

/** How a place is wanted. */
export interface WantOptions {
  readonly signal: AbortSignal
  /**
   * Higher is served first (−10 to 10).
   * @defaultValue 0
   */
  readonly priority?: number
  /** Hears how many are served before it, whenever that changes. */
  readonly onPosition?: (position: number) => void
  /** Hears how much of the model is loaded (0 to 1). */
  readonly onLoading?: (rate: number) => void
}

/** Something that happened in the pool. */
export type PoolEvent =
  | {
      readonly kind: 'loaded'
      readonly model: string
      readonly bytes: number
      readonly foretoldBytes: number
      readonly ms: number
    }
  | { readonly kind: 'evicted'; readonly model: string; readonly bytes: number; readonly reason: string }
  | { readonly kind: 'failed'; readonly model: string; readonly message: string; readonly retryMs: number }
  | { readonly kind: 'engine'; readonly model: string; readonly event: EngineLogEvent }

/** A model of the pool as it is now. */
export interface PoolModelState {
  readonly name: string
  readonly phase: 'cold' | 'loading' | 'hot' | 'leaving'
  readonly engine?: ServingEngine
  /** Bytes that it is charged with; 0 while it is cold. */
  readonly bytes: number
  readonly active: number
  readonly queued: number
  readonly isPinned: boolean
  /** How much of it is loaded (0 to 1). */
  readonly rate: number
  /** Why it could not be loaded the last time; absent where it could. */
  readonly failure?: string
}
