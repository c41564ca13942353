import { setImmediate } from 'node:timers/promises'
import type { Drafter, LengthPolicy, Step } from '@foretoken/contract'
import { speculate } from '@foretoken/speculate'
import { replayTarget } from './replay-target.js'
import type { StepCost } from './step-cost.js'
import type { TraceRequest } from './trace-request.js'

/** What {@link play} plays. */
export interface PlayOptions {
  readonly requests: readonly TraceRequest[]
  readonly drafter: Drafter
  readonly policy: LengthPolicy
  /** What the target says that its steps take. */
  readonly cost: StepCost
  /** How many requests are open at once; those of one session never are. */
  readonly concurrency: number
  readonly onStep?: (request: TraceRequest, step: Step) => void
  readonly signal?: AbortSignal
}

/** What the steps of some requests add up to. */
export interface Counts {
  readonly steps: number
  readonly outputTokens: number
  readonly draftedTokens: number
  readonly acceptedTokens: number
  /** How many steps verified so many tokens, by width. */
  readonly stepsByWidth: readonly number[]
}

/** Replays requests on one drafter: the open ones take one step each in turn, and as one ends the next begins. */
export async function play(options: PlayOptions): Promise<Counts> {
  const counts = { steps: 0, outputTokens: 0, draftedTokens: 0, acceptedTokens: 0, stepsByWidth: [] as number[] }
  const waiting = [...options.requests]
  const lanes = new Set<Lane>()
  try {
    for (;;) {
      while (lanes.size < options.concurrency && startNext(lanes, waiting, options)) {}
      if (lanes.size === 0) return counts
      for (const lane of lanes) {
        const step = await nextStep(lane)
        add(counts, step)
        options.onStep?.(lane.request, step)
        if (step.finish !== '') await end(lanes, lane)
      }
      // Nothing here waits for anything but promises, and an interrupt would not be heard.
      if (counts.steps % 256 < lanes.size) await setImmediate()
    }
  } finally {
    for (const lane of lanes) await end(lanes, lane)
  }
}

interface Lane {
  readonly request: TraceRequest
  readonly steps: AsyncGenerator<Step, void, void>
}

/** Starts the first request that can be: one whose session is not running, since its prompt holds what is said there. */
function startNext(lanes: Set<Lane>, waiting: TraceRequest[], options: PlayOptions): boolean {
  const running = new Set([...lanes].map(({ request }) => request.session))
  const index = waiting.findIndex(({ session }) => session === undefined || !running.has(session))
  const [request] = index < 0 ? [] : waiting.splice(index, 1)
  if (request === undefined) return false
  const { drafter, policy, cost, signal } = options
  const { prompt, output } = request
  const steps = speculate({
    target: replayTarget(output, cost),
    prompt,
    drafter,
    policy,
    // A slow drafter is measured, not dropped.
    draftTimeoutMs: 2 ** 31 - 1,
    ...(signal && { signal }),
  })
  lanes.add({ request, steps })
  return true
}

async function nextStep({ request, steps }: Lane): Promise<Step> {
  const { value: step } = await steps.next()
  if (!step) throw new Error(`the text of ${request.id} ended without its last step`)
  if (step.dropped !== undefined) throw new Error(`${request.id}: ${step.dropped}`)
  return step
}

async function end(lanes: Set<Lane>, lane: Lane): Promise<void> {
  lanes.delete(lane)
  await lane.steps.return()
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

function add(counts: Mutable<Counts> & { readonly stepsByWidth: number[] }, step: Step): void {
  counts.steps += 1
  counts.outputTokens += step.tokens.length
  counts.draftedTokens += step.draftedTokens
  counts.acceptedTokens += step.acceptedTokens
  counts.stepsByWidth[step.width] = (counts.stepsByWidth[step.width] ?? 0) + 1
}

/** How much less the steps cost than plain decoding of the same text: S(b) under the β model. */
export function speedup({ outputTokens, stepsByWidth }: Counts, { seconds }: StepCost): number {
  const spent = stepsByWidth.reduce((sum, steps, width) => sum + steps * seconds(width), 0)
  return (outputTokens * seconds(1)) / spent
}
