import type { Drafter } from '@foretoken/contract'
import { heldBytes } from './held-bytes.js'
import { middleTimes } from './middle-times.js'
import { type Counts, type PlayOptions, play, speedup } from './play.js'
import type { PolicyRun } from './policies.js'
import { statedBytesPerToken } from './stated-bytes.js'
import type { StepCost } from './step-cost.js'
import { type DrafterTimes, timedDrafter } from './timed-drafter.js'
import type { Trace } from './trace-file.js'
import { TurnCounter, type TurnCounts } from './turns.js'
import { untimedPolicy } from './untimed-policy.js'

/** What came of one drafter under one policy. */
export interface Result {
  readonly drafter: string
  readonly policy: string
  readonly steps: number
  readonly outputTokens: number
  readonly draftedTokens: number
  readonly acceptedTokens: number
  readonly tokensPerStep: number
  /** By the name of the cost, e.g. `"0.1"`. */
  readonly speedup: Readonly<Record<string, number>>
  /** Commits and closing sessions, per output token. */
  readonly updateNsPerToken: number
  /** Opening sessions, per prompt token. */
  readonly ingestNsPerPromptToken: number
  readonly draftNsPerCall: { readonly p50: number; readonly p99: number }
  /** All of the drafter's time, per output token. */
  readonly totalNsPerOutputToken: number
  /** What the drafter holds once no session is open, per token that it remembers, or that it was shown where it does not say. */
  readonly bytesPerToken: number
  /** The same counts by the turn of the conversation. */
  readonly byTurn: readonly TurnCounts[]
}

/** A {@link Result} on one trace file. */
export interface FileResult extends Result {
  readonly file: string
}

/** A drafter that may go on from one file to the next. */
export interface Subject extends Disposable {
  readonly name: string
  readonly drafter: Drafter
  /** Memory in use before the drafter was made; undefined while memory is not counted. */
  readonly baseBytes: number | undefined
  /** Tokens of the prompts and outputs it was shown. */
  shownTokens: number
}

/** Makes a subject from a drafter that is made just now. Counting memory throws compiled code away, which slows what follows. */
export function subject(name: string, create: () => Drafter, countsMemory: boolean): Subject {
  const baseBytes = countsMemory ? heldBytes() : undefined
  const drafter = create()
  return { name, drafter, baseBytes, shownTokens: 0, [Symbol.dispose]: () => drafter[Symbol.dispose]() }
}

/** How to measure. */
export interface MeasureOptions extends Pick<PlayOptions, 'concurrency' | 'onStep' | 'signal'> {
  readonly run: PolicyRun
  /** Costs under which the speed-up is told. */
  readonly costs: readonly StepCost[]
  /** What reading the clock twice takes. */
  readonly clockNs: number
}

/** One replay of one trace file. */
export interface Pass {
  readonly result: Omit<FileResult, keyof Timing>
  readonly times: DrafterTimes
  readonly promptTokens: number
}

/** What one pass over a trace file counted, and what each call took in the middle of the others. */
export function fileResult({ result, promptTokens }: Pass, timed: readonly Pass[]): FileResult {
  const times = middleTimes(timed.map((pass) => pass.times))
  return { ...result, ...timing(times, promptTokens, result.outputTokens) }
}

/** Replays one trace file on the subject's drafter. */
export async function measure(subject: Subject, trace: Trace, options: MeasureOptions): Promise<Pass> {
  const { run, costs, clockNs, onStep, ...playing } = options
  const promptTokens = total(trace.requests.map(({ prompt }) => prompt.length))
  const outputTokens = total(trace.requests.map(({ output }) => output.length))
  // Every step brings a token, so there are no more drafts than tokens.
  const drafter = timedDrafter(subject.drafter, {
    mostSessions: trace.requests.length,
    mostDrafts: outputTokens,
    clockNs,
  })
  const turns = new TurnCounter(trace.requests)
  const counts = await play({
    requests: trace.requests,
    drafter,
    policy: untimedPolicy(run.create()),
    cost: run.cost,
    ...playing,
    onStep(request, step) {
      turns.add(request, step)
      onStep?.(request, step)
    },
  })
  subject.shownTokens += promptTokens + outputTokens
  const result = {
    file: trace.file,
    drafter: subject.name,
    policy: run.label,
    ...figures(counts, costs),
    bytesPerToken: statedBytesPerToken(subject.drafter) ?? heldPerToken(subject, drafter.timesBytes),
    byTurn: turns.counts(),
  }
  return { result, times: drafter.times(), promptTokens }
}

function heldPerToken({ baseBytes, shownTokens }: Subject, timesBytes: number): number {
  return baseBytes === undefined ? 0 : Math.max(0, heldBytes() - baseBytes - timesBytes) / shownTokens
}

function figures(
  counts: Counts,
  costs: readonly StepCost[],
): Omit<Result, 'drafter' | 'policy' | keyof Timing | 'bytesPerToken' | 'byTurn'> {
  const { steps, outputTokens, draftedTokens, acceptedTokens } = counts
  return {
    steps,
    outputTokens,
    draftedTokens,
    acceptedTokens,
    tokensPerStep: outputTokens / steps,
    speedup: Object.fromEntries(costs.map((cost) => [cost.name, speedup(counts, cost)])),
  }
}

type Timing = Pick<Result, 'updateNsPerToken' | 'ingestNsPerPromptToken' | 'draftNsPerCall' | 'totalNsPerOutputToken'>

function timing(times: DrafterTimes, promptTokens: number, outputTokens: number): Timing {
  const [ingestNs, updateNs, draftNs] = [total(times.ingestNs), total(times.updateNs), total(times.draftNs)]
  const drafts = times.draftNs.toSorted()
  return {
    updateNsPerToken: updateNs / outputTokens,
    ingestNsPerPromptToken: ingestNs / promptTokens,
    draftNsPerCall: { p50: percentile(drafts, 0.5), p99: percentile(drafts, 0.99) },
    totalNsPerOutputToken: (ingestNs + updateNs + draftNs) / outputTokens,
  }
}

/** The smallest value that so many of the sorted values do not exceed; 0 of none. */
function percentile(sorted: Float64Array, rate: number): number {
  return sorted[Math.max(0, Math.ceil(rate * sorted.length) - 1)] ?? 0
}

function total(values: Iterable<number>): number {
  let sum = 0
  for (const value of values) sum += value
  return sum
}
