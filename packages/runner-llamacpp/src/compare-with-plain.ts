import {
  assertInteger,
  type Drafter,
  type LengthPolicy,
  type TargetSessionOptions,
  type Tokens,
} from '@foretoken/contract'
import { addStep, emptySummary, type Summary } from '@foretoken/speculate'
import { generateText } from './generate-text.js'
import type { LoadedModel } from './model-types.js'
import { type Recording, recordedTarget } from './recorded-target.js'
import { type Divergence, proveTie } from './tie-proof.js'

/** What {@link compareWithPlain} compares. */
export interface CompareOptions {
  readonly model: Pick<LoadedModel, 'openTarget' | 'textDecoder'>
  /** At least one token. */
  readonly prompt: Tokens
  /** Makes the drafter of one run, which disposes of it. */
  readonly drafter: () => Drafter | Promise<Drafter>
  /**
   * How the tokens are chosen, plainly and drafted alike.
   * @defaultValue greedy
   */
  readonly session?: Pick<TargetSessionOptions, 'sampling' | 'grammar'>
  /**
   * Makes the policy of one run.
   * @defaultValue up to 16 tokens a step
   */
  readonly policy?: () => LengthPolicy
  /**
   * Pairs of runs (1 to 1,000).
   * @defaultValue 3
   */
  readonly repetitions?: number
  /**
   * Most tokens of each run (1 or more).
   * @defaultValue until the target ends the text
   */
  readonly maxTokens?: number
  /**
   * Strings that end the text.
   * @defaultValue []
   */
  readonly stop?: readonly string[]
  /**
   * Most time for one draft, in milliseconds; a slower drafter is dropped for its run. One that runs a model needs more.
   * @defaultValue 50
   */
  readonly draftTimeoutMs?: number
  /** Hears each run as it ends. */
  readonly onRun?: (progress: RunProgress) => void
  /**
   * Throws `ERR_ABORTED` at the next border between steps.
   * @defaultValue none
   */
  readonly signal?: AbortSignal
}

/** A run that just ended. */
export interface RunProgress {
  readonly mode: 'plain' | 'drafted'
  /** 0 for the first pair. */
  readonly repetition: number
  readonly run: Run
}

/** One text and what it cost. */
export interface Run {
  readonly text: string
  /** Committed tokens. */
  readonly tokens: Tokens
  readonly summary: Summary
  /** Committed tokens by `generateMs`. */
  readonly tokensPerSecond: number
  /** Evaluating the prompt. */
  readonly promptMs: number
  /** From the evaluated prompt to the last step, the opening of the drafter's session included. */
  readonly generateMs: number
}

/** What drafting changed. */
export interface Comparison {
  /** Whether all drafted runs gave the tokens of their plain ones; `tie` where each difference was proved to be one. */
  readonly identical: boolean | 'tie'
  /** The first difference of a pair, of the worst pair where there are several; absent when identical. */
  readonly divergence?: Divergence
  /** Whether the plain runs gave the same tokens each time; an engine that does not cannot be judged. */
  readonly deterministic: boolean
  readonly plain: readonly Run[]
  readonly drafted: readonly Run[]
  /** Plain by drafted generation time, pair by pair; by token where the texts differ. Below 1, drafting was slower. */
  readonly speedup: { readonly median: number; readonly min: number; readonly max: number }
}

/**
 * Runs one request plainly and drafted, each in a fresh context, and compares tokens and speed.
 *
 * The runs alternate, and so does which of a pair comes first: a machine that slows down or speeds up meanwhile favours
 * neither. Plain runs touch no drafter. A short run of each kind comes before and counts for nothing.
 */
export async function compareWithPlain(options: CompareOptions): Promise<Comparison> {
  const { repetitions = 3, onRun } = options
  assertInteger('repetitions', repetitions, { min: 1, max: 1_000 })
  const runs: Record<RunProgress['mode'], RecordedRun[]> = { plain: [], drafted: [] }
  const brief = { ...options, prompt: options.prompt.slice(-64), maxTokens: Math.min(8, options.maxTokens ?? 8) }
  await runOnce(brief, 'plain')
  await runOnce(brief, 'drafted')
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const order = ['plain', 'drafted'] as const
    for (const mode of repetition % 2 === 0 ? order : order.toReversed()) {
      const one = await runOnce(options, mode)
      runs[mode].push(one)
      onRun?.({ mode, repetition, run: one.run })
    }
  }
  const [first, ...more] = runs.plain
  const divergence = await worstDivergence(options, runs)
  return {
    identical: divergence === undefined ? true : divergence.proof.holds ? 'tie' : false,
    ...(divergence && { divergence }),
    deterministic: more.every((other) => first !== undefined && firstDifference(first, other) === undefined),
    plain: runs.plain.map(({ run }) => run),
    drafted: runs.drafted.map(({ run }) => run),
    speedup: spread(runs.plain.map(({ run }, index) => speedup(run, (runs.drafted[index] as RecordedRun).run))),
  }
}

interface RecordedRun {
  readonly run: Run
  readonly recording: Recording
}

async function runOnce(
  { model, drafter, policy, ...request }: CompareOptions,
  mode: RunProgress['mode'],
): Promise<RecordedRun> {
  await using target = await model.openTarget()
  using ownDrafter = mode === 'drafted' ? await drafter() : undefined
  const drafting = ownDrafter && { drafter: ownDrafter, ...(policy && { policy: policy() }) }
  const recorded = recordedTarget(target)
  let text = ''
  let summary = emptySummary
  const tokens: number[] = []
  const startedMs = performance.now()
  let endedMs = startedMs
  for await (const { step, pieces } of generateText({ ...request, ...drafting, model, target: recorded })) {
    endedMs = performance.now()
    for (const piece of pieces) text += piece.text
    tokens.push(...step.tokens)
    summary = addStep(summary, step)
  }
  const { recording } = recorded
  const { promptMs } = recording
  const generateMs = endedMs - startedMs - promptMs
  const tokensPerSecond = generateMs > 0 ? (1000 * tokens.length) / generateMs : 0
  return { run: { text, tokens: Int32Array.from(tokens), summary, tokensPerSecond, promptMs, generateMs }, recording }
}

/** The first difference that is no tie, else the first of all. */
async function worstDivergence(
  { model, prompt, session, signal }: CompareOptions,
  runs: Readonly<Record<RunProgress['mode'], readonly RecordedRun[]>>,
): Promise<Divergence | undefined> {
  let first: Divergence | undefined
  const proved = new Set<string>()
  for (const [pair, plain] of runs.plain.entries()) {
    const drafted = runs.drafted[pair] as RecordedRun
    const index = firstDifference(plain, drafted)
    if (index === undefined) continue
    const question = { model, prompt, plain: plain.recording, drafted: drafted.recording, index, session, signal }
    const key = JSON.stringify([index, plain.recording.tokens, drafted.recording.tokens])
    if (proved.has(key)) continue
    proved.add(key)
    const divergence = await proveTie(question)
    if (!divergence.proof.holds) return divergence
    first ??= divergence
  }
  return first
}

/** Index of the first token that differs; what follows a stop string that both texts met does not count. */
function firstDifference(one: RecordedRun, other: RecordedRun): number | undefined {
  const [a, b] = [one.recording.tokens, other.recording.tokens]
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) if (a[index] !== b[index]) return index
  const stopped = one.run.summary.finish === 'stopped' && other.run.summary.finish === 'stopped'
  return a.length === b.length || stopped ? undefined : length
}

function speedup(plain: Run, drafted: Run): number {
  if (plain.text === drafted.text) return plain.generateMs / drafted.generateMs
  return drafted.tokensPerSecond / plain.tokensPerSecond
}

function spread(values: readonly number[]): Comparison['speedup'] {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  const [low = 0, high = 0] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]]
  return { median: (low + high) / 2, min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0 }
}
