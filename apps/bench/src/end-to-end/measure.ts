import type { Tokens } from '@foretoken/contract'
import { type Spread, spread } from '../spread.js'
import type { Contestant, TextRun } from './contestant.js'

/** A prompt, and what plain decoding writes. */
export interface Question {
  readonly id: string
  readonly prompt: Tokens
  readonly answer: Tokens
}

/** What {@link measure} measures. */
export interface MeasureOptions {
  readonly contestants: readonly Contestant[]
  readonly questions: readonly Question[]
  readonly repetitions: number
  readonly onProgress: (detail: string) => void
  readonly signal: AbortSignal
}

/** What one way of writing brought, over all questions. */
export interface ContestantRow {
  readonly engine: string
  readonly drafter: string
  /** Tokens over generation time, one value a repetition. */
  readonly tokensPerSecond: Spread
  /** Against the same engine's plain decoding of the same repetition. */
  readonly speedup: Spread
  /** The same by question: the median of its repetitions. */
  readonly speedups: Readonly<Record<string, number>>
  /** From the request to its last token, a question on average. */
  readonly totalMs: Spread
  /** Tokens over steps, where a step brings what was accepted and one more. */
  readonly tokensPerStep: number
  readonly draftedTokens: number
  readonly acceptedTokens: number
  /** Questions whose text was that of our plain decoding, token by token. */
  readonly sameTexts: number
  readonly questions: number
}

/** Every contestant writes every answer, in turn; in each round another one comes first. */
export async function measure(options: MeasureOptions): Promise<ContestantRow[]> {
  const { contestants, questions, repetitions, onProgress, signal } = options
  const runs = new Map<Contestant, TextRun[][]>(contestants.map((contestant) => [contestant, []]))
  let round = 0
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const contestant of contestants) runs.get(contestant)?.push([])
    for (const { id, prompt, answer } of questions) {
      for (const contestant of rotated(contestants, round++)) {
        signal.throwIfAborted()
        onProgress(`${id}, ${contestant.engine} ${contestant.drafter}, ${repetition + 1} of ${repetitions}`)
        const run = await contestant.write({ prompt, maxTokens: answer.length, answer, signal })
        runs.get(contestant)?.[repetition]?.push(run)
      }
    }
  }
  const plain = new Map(contestants.filter(({ drafter }) => drafter === 'plain').map((one) => [one.engine, one]))
  return contestants.map((contestant) => {
    const own = runs.get(contestant) ?? []
    const base = runs.get(plain.get(contestant.engine) ?? contestant) ?? []
    return rowOf(contestant, { own, base, questions })
  })
}

interface Runs {
  /** By repetition, then by question. */
  readonly own: readonly (readonly TextRun[])[]
  readonly base: readonly (readonly TextRun[])[]
  readonly questions: readonly Question[]
}

function rowOf({ engine, drafter }: Contestant, { own, base, questions }: Runs): ContestantRow {
  const speeds = own.map(speedOf)
  const all = own.flat()
  const tokens = sum(all, (run) => run.tokens.length)
  const acceptedTokens = sum(all, (run) => run.acceptedTokens)
  const [first = []] = own
  return {
    engine,
    drafter,
    tokensPerSecond: spread(speeds),
    speedup: spread(speeds.map((speed, repetition) => speed / speedOf(base[repetition] ?? []))),
    speedups: speedupsOf({ own, base, questions }),
    totalMs: spread(own.map((runs) => sum(runs, (run) => run.promptMs + run.generateMs) / runs.length)),
    tokensPerStep: tokens / (tokens - acceptedTokens),
    draftedTokens: sum(all, (run) => run.draftedTokens),
    acceptedTokens,
    sameTexts: questions.filter(({ answer }, index) => sameTokens(first[index]?.tokens, answer)).length,
    questions: questions.length,
  }
}

function speedupsOf({ own, base, questions }: Runs): Record<string, number> {
  const speedups = questions.map(({ id }, index) => {
    const ratios = own.map((runs, repetition) => speedAt(runs, index) / speedAt(base[repetition] ?? [], index))
    return [id, spread(ratios).median] as const
  })
  return Object.fromEntries(speedups)
}

function speedAt(runs: readonly TextRun[], index: number): number {
  return speedOf(runs.slice(index, index + 1))
}

function speedOf(runs: readonly TextRun[]): number {
  return (1_000 * sum(runs, (run) => run.timedTokens)) / sum(runs, (run) => run.generateMs)
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0)
}

function sameTokens(one: Tokens | undefined, other: Tokens): boolean {
  return one?.length === other.length && other.every((token, index) => token === one[index])
}

function rotated<T>(values: readonly T[], by: number): T[] {
  const start = values.length === 0 ? 0 : by % values.length
  return [...values.slice(start), ...values.slice(0, start)]
}
