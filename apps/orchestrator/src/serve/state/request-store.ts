import type { RequestRecord, RequestTrace } from '../serving-service.js'

/** A model that was unloaded. */
export interface StoredEviction {
  readonly model: string
  readonly reason: string
  readonly bytes: number
  /** ISO 8601. */
  readonly at: string
}

/** What `foretoken serve` remembers of its requests. */
export interface RequestStore extends AsyncDisposable {
  /** Says that a request began, so that it is known should the process be killed. */
  begin(record: RequestRecord): OpenRequest
  evicted(eviction: StoredEviction): void
  /** The last ones, newest first. */
  requests(options: { readonly key?: string; readonly limit: number }): readonly RequestRecord[]
  request(id: string, options: { readonly key?: string }): RequestTrace | undefined
  /** The answer's text, where texts are kept. */
  result(id: string, options: { readonly key?: string }): string | undefined
  evictions(limit: number): readonly StoredEviction[]
}

/** A request that is under way. */
export interface OpenRequest {
  /** Resolves when it is written; a process that is killed afterwards loses nothing of it. `text` is the answer. */
  finish(trace: RequestTrace, text?: string): Promise<void>
}

/** How much is kept. */
export interface RetentionOptions {
  /**
   * Most requests (1 or more).
   * @defaultValue 100000
   */
  readonly requests?: number
  /**
   * Most bytes of step traces and answers together.
   * @defaultValue 256 MiB
   */
  readonly traceBytes?: number
  /**
   * Days after which a request is forgotten.
   * @defaultValue 30
   */
  readonly days?: number
}
