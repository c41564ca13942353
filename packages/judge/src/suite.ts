import type { RecordedAnswer } from './answer.js'
import type { Checker } from './checker.js'
import type { Message, SuiteImage, ToolDefinition } from './message.js'

/** How hard a prompt is: T1 one step, T2 two, T3 three or more. */
export type Tier = 'T1' | 'T2' | 'T3'

/** What a judge looks for, score by score. */
export interface Rubric {
  /** What an answer must have to get 3. */
  readonly right: string
  /** What gets 2. Absent: partly right, or right and cut off. */
  readonly partial?: string
  /** What gets 1. Absent: wrong, but an attempt at the task. */
  readonly wrong?: string
}

/** A prompt with all that judging its answers takes. */
export interface SuitePrompt {
  /** Kebab-case, unique in the suite, never reused for another text. */
  readonly id: string
  readonly tier: Tier
  readonly messages: readonly Message[]
  /** Absent: none. */
  readonly images?: readonly SuiteImage[]
  /** Absent: none. */
  readonly tools?: readonly ToolDefinition[]
  /** The right answer and why, for people and judges. */
  readonly reference: string
  /** Steps of the solution; a T3 has at least three. Absent: one. */
  readonly steps?: readonly string[]
  /** At least one of checker and rubric is there. */
  readonly checker?: Checker
  readonly rubric?: Rubric
  /** Two answers that the checker tells apart: a right one, and a plausible one that is wrong. */
  readonly answers: { readonly right: RecordedAnswer; readonly wrong: RecordedAnswer }
  /** Most tokens of the answer. Absent: the runner's default. */
  readonly maxTokens?: number
}

/** Prompts of one subject; scores of different versions are never compared silently. */
export interface Suite {
  readonly suite: string
  readonly version: number
  readonly description: string
  readonly prompts: readonly SuitePrompt[]
}
