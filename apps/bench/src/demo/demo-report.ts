import type { Comparison, Run } from '@foretoken/runner-llamacpp'
import type { Machine } from './machine.js'

/** What the demo measured. */
export interface DemoReport {
  readonly machine: Machine
  readonly model: { readonly path: string; readonly parameters: number; readonly fileBytes: number }
  readonly drafter: string
  readonly policy: string
  readonly repetitions: number
  readonly rows: readonly DemoRow[]
  readonly total: DemoTotal
  /** Whether every prompt's output was identical; `tie` where the only differences were proved to be ties. */
  readonly identical: boolean | 'tie'
}

/** One prompt, answered plainly and drafted. */
export interface DemoRow extends DemoTotal {
  readonly id: string
  readonly kind: string
  readonly identical: boolean | 'tie'
  /** Smallest and largest speed-up among the repetitions. */
  readonly speedupRange: readonly [least: number, most: number]
}

/** Figures of one prompt or of all together. */
export interface DemoTotal {
  /** Tokens of the drafted answer. */
  readonly tokens: number
  /** Times the model ran for it. */
  readonly steps: number
  readonly tokensPerStep: number
  readonly plainTokensPerSecond: number
  readonly draftedTokensPerSecond: number
  /** Against the same engine with drafting off; below 1, drafting was slower. */
  readonly speedup: number
}

/** The row of one prompt: speeds are medians over the repetitions. */
export function demoRow(prompt: { readonly id: string; readonly kind: string }, comparison: Comparison): DemoRow {
  const { plain, drafted, speedup, identical } = comparison
  const { tokens = 0, steps = 0, tokensPerStep = 0 } = drafted[0]?.summary ?? {}
  return {
    id: prompt.id,
    kind: prompt.kind,
    tokens,
    steps,
    tokensPerStep,
    plainTokensPerSecond: medianSpeed(plain),
    draftedTokensPerSecond: medianSpeed(drafted),
    speedup: speedup.median,
    speedupRange: [speedup.min, speedup.max],
    identical,
  }
}

/** All rows together, as if the answers had been asked for one after another. */
export function demoTotal(rows: readonly DemoRow[]): DemoTotal {
  const sum = (value: (row: DemoRow) => number): number => rows.reduce((total, row) => total + value(row), 0)
  const tokens = sum((row) => row.tokens)
  const steps = sum((row) => row.steps)
  const plainSeconds = sum((row) => row.tokens / row.plainTokensPerSecond)
  const draftedSeconds = sum((row) => row.tokens / row.draftedTokensPerSecond)
  return {
    tokens,
    steps,
    tokensPerStep: tokens / steps,
    plainTokensPerSecond: tokens / plainSeconds,
    draftedTokensPerSecond: tokens / draftedSeconds,
    speedup: plainSeconds / draftedSeconds,
  }
}

/** The worst of all rows. */
export function demoIdentical(rows: readonly DemoRow[]): boolean | 'tie' {
  if (rows.some((row) => row.identical === false)) return false
  return rows.some((row) => row.identical === 'tie') ? 'tie' : true
}

function medianSpeed(runs: readonly Run[]): number {
  const sorted = runs.map((run) => run.tokensPerSecond).sort((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2
}
