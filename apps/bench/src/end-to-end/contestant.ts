import type { Tokens } from '@foretoken/contract'

/** One way to write a text: an engine, and what drafts for it. */
export interface Contestant {
  readonly engine: string
  readonly drafter: string
  write(request: WriteRequest): Promise<TextRun>
}

/** What every contestant writes. */
export interface WriteRequest {
  readonly prompt: Tokens
  readonly maxTokens: number
  /** What plain decoding wrote, for drafters that know it. */
  readonly answer: Tokens
  readonly signal: AbortSignal
}

/** One text and what it took. */
export interface TextRun {
  readonly tokens: Tokens
  readonly promptMs: number
  readonly generateMs: number
  /** Tokens that came within `generateMs`; the first of a server's answers counts as part of the prompt. */
  readonly timedTokens: number
  readonly draftedTokens: number
  readonly acceptedTokens: number
}

/** A way that is not there, and why. */
export interface AbsentContestant {
  readonly engine: string
  readonly drafter: string
  readonly reason: string
}

/** The ways of one engine on one model; disposal frees what they run on. */
export interface ContestantGroup extends AsyncDisposable {
  readonly present: readonly Contestant[]
  readonly absent: readonly AbsentContestant[]
}
