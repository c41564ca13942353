import type { Sampling } from '@foretoken/contract'
import type { Comparison, LoadedModel } from '@foretoken/runner-llamacpp'
import type { Summary } from '@foretoken/speculate'
import type { MemoryResult } from './draft-memory.js'
import type { Generation } from './generation.js'

/** The object that `foretoken run --json` prints. Rates are 0 to 1. */
export interface RunResult extends Omit<Summary, 'finish' | 'draftMs' | 'verifyMs'>, Partial<ComparisonResult> {
  readonly text: string
  readonly finish: Generation['finish']
  readonly tokensPerSecond: number
  /** As given to `--drafter`. */
  readonly drafter: string
  /** How tokens were chosen, with the seed; absent where the most probable one was taken. */
  readonly sampling?: Sampling
  /** Path of the model. */
  readonly model: string
  readonly engine: string
  readonly promptTokens: number
  /** What `--memory` held before and after; absent without it, and with `--compare`, which saves nothing. */
  readonly memory?: MemoryResult
  readonly timings: Timings
}

/** Where the time went, in milliseconds. */
export interface Timings {
  readonly loadMs: number
  readonly promptMs: number
  /** All of the writing; drafting and verifying are parts of it. */
  readonly generateMs: number
  readonly draftMs: number
  readonly verifyMs: number
}

/** What `--compare` adds; the other figures are then those of the drafted run of median speed. */
export interface ComparisonResult {
  /** Whether every run wrote the same text; `tie` where two tokens were proved to be equally good. */
  readonly identical: Comparison['identical']
  /** Where the texts part; absent when they are identical. */
  readonly divergence?: Comparison['divergence'] & {}
  /** Whether the plain runs wrote the same text each time; an engine that does not cannot be judged. */
  readonly deterministic: boolean
  /** Median over the repetitions; below 1, drafting was slower. */
  readonly speedup: number
  /** Least and greatest. */
  readonly speedupRange: readonly [number, number]
  /** Medians. */
  readonly plainTokensPerSecond: number
  readonly draftedTokensPerSecond: number
  readonly repetitions: number
}

/** What is known of a run besides its text. */
export interface RunFacts {
  readonly model: Pick<LoadedModel, 'facts'>
  readonly drafter: string
  readonly sampling?: Sampling
  readonly promptTokens: number
  readonly loadMs: number
}

/** Puts the result together. */
export function runResult(generation: Generation, facts: RunFacts): RunResult {
  const { text, finish, summary, tokensPerSecond, promptMs, generateMs } = generation
  const { path, engine } = facts.model.facts
  const { draftMs, verifyMs, finish: _, ...figures } = summary
  return {
    text,
    finish,
    ...figures,
    tokensPerSecond,
    drafter: facts.drafter,
    ...(facts.sampling && { sampling: facts.sampling }),
    model: path,
    engine,
    promptTokens: facts.promptTokens,
    timings: { loadMs: facts.loadMs, promptMs, generateMs, draftMs, verifyMs },
  }
}
