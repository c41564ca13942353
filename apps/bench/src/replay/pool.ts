import type { FileResult, Result } from './measure.js'
import { pooledTurns } from './turns.js'

/** A {@link Result} over several files: counts are sums, speed-ups geometric means, times and bytes medians over the files. */
export interface PooledResult extends Result {
  /** How many. */
  readonly files: number
}

/** One row for each drafter under each policy, in the order of their first appearance. */
export function pool(results: readonly FileResult[]): PooledResult[] {
  const groups = new Map<string, FileResult[]>()
  for (const result of results) {
    const key = `${result.drafter} ${result.policy}`
    groups.set(key, [...(groups.get(key) ?? []), result])
  }
  return [...groups.values()].map(pooled)
}

function pooled(group: readonly FileResult[]): PooledResult {
  const sum = (of: (result: FileResult) => number): number => group.reduce((so, result) => so + of(result), 0)
  const middle = (of: (result: FileResult) => number): number => median(group.map(of))
  const [first] = group as [FileResult]
  const steps = sum((result) => result.steps)
  const outputTokens = sum((result) => result.outputTokens)
  return {
    drafter: first.drafter,
    policy: first.policy,
    files: group.length,
    steps,
    outputTokens,
    draftedTokens: sum((result) => result.draftedTokens),
    acceptedTokens: sum((result) => result.acceptedTokens),
    tokensPerStep: outputTokens / steps,
    speedup: Object.fromEntries(
      Object.keys(first.speedup).map((cost) => [cost, geometricMean(group.map(({ speedup }) => speedup[cost] ?? 0))]),
    ),
    updateNsPerToken: middle((result) => result.updateNsPerToken),
    ingestNsPerPromptToken: middle((result) => result.ingestNsPerPromptToken),
    draftNsPerCall: {
      p50: middle((result) => result.draftNsPerCall.p50),
      p99: middle((result) => result.draftNsPerCall.p99),
    },
    totalNsPerOutputToken: middle((result) => result.totalNsPerOutputToken),
    bytesPerToken: middle((result) => result.bytesPerToken),
    byTurn: pooledTurns(group.map(({ byTurn }) => byTurn)),
  }
}

/** The geometric mean of positive numbers. */
export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2
}
