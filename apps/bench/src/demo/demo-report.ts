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
  /** Smallest and largest speed-up among the repetitions, each pair of runs by itself. */
  readonly speedupRange: readonly [least: number, most: number]
  /** Tokens that were guessed, right or wrong; without any, a speed-up other than 1 is the machine's noise. */
  readonly draftedTokens: number
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
  /** Drafted by plain speed, of the same engine; below 1, drafting was slower. */
  readonly speedup: number
}

/** The row of one prompt. Speeds are the best of the repetitions: other work only ever slows a run down. */
export function demoRow(prompt: { readonly id: string; readonly kind: string }, comparison: Comparison): DemoRow {
  const { plain, drafted, speedup, identical } = comparison
  const { tokens = 0, steps = 0, tokensPerStep = 0, draftedTokens = 0 } = drafted.reduce(faster).summary
  const [plainTokensPerSecond, draftedTokensPerSecond] = [plain, drafted].map(
    (runs) => runs.reduce(faster).tokensPerSecond,
  ) as [number, number]
  return {
    id: prompt.id,
    kind: prompt.kind,
    tokens,
    steps,
    tokensPerStep,
    draftedTokens,
    plainTokensPerSecond,
    draftedTokensPerSecond,
    speedup: draftedTokensPerSecond / plainTokensPerSecond,
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

function faster(one: Run, other: Run): Run {
  return other.tokensPerSecond > one.tokensPerSecond ? other : one
}
