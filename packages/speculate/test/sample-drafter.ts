import {
  CONTRACT_VERSION,
  type Draft,
  type Drafter,
  type DraftLimits,
  type DraftSessionOptions,
} from '@foretoken/contract'
import { nextToken } from './memory-target.js'

/** What a sample drafter does; each part may throw. */
export interface Habits {
  readonly name?: string
  readonly learnsAcrossSessions?: boolean
  readonly onOpen?: (options: DraftSessionOptions | undefined) => void
  readonly draft?: (text: readonly number[], limits: DraftLimits, call: number) => Draft | Promise<Draft>
  /** May return a promise, as a wrong drafter's would. */
  readonly onCommit?: (call: number) => unknown
  /** Overwrites every array that it is handed. */
  readonly scribbles?: boolean
  readonly onDispose?: () => void | Promise<void>
}

/** A drafter that writes down what happens to it. */
export interface SampleDrafter extends Drafter {
  readonly seen: {
    opened: number
    disposed: number
    drafterDisposed: number
    drafts: number
    /** The limits of every draft. */
    limits: DraftLimits[]
    commits: number
    /** Tokens committed to the last session. */
    heard: number[]
  }
}

export function sampleDrafter(habits: Habits = {}): SampleDrafter {
  const { name = 'sample', learnsAcrossSessions = false, draft = rightDraft } = habits
  const seen = {
    opened: 0,
    disposed: 0,
    drafterDisposed: 0,
    drafts: 0,
    limits: [] as DraftLimits[],
    commits: 0,
    heard: [] as number[],
  }
  return {
    contractVersion: CONTRACT_VERSION,
    name,
    learnsAcrossSessions,
    seen,
    open(prompt, options) {
      habits.onOpen?.(options)
      seen.opened++
      seen.heard = []
      const text = [...prompt]
      if (habits.scribbles) prompt.fill(-1)
      return {
        draft(limits) {
          seen.limits.push(limits)
          return draft(text, limits, seen.drafts++)
        },
        commit(tokens) {
          text.push(...tokens)
          seen.heard.push(...tokens)
          if (habits.scribbles) tokens.fill(-1)
          return habits.onCommit?.(seen.commits++) as undefined
        },
        async [Symbol.asyncDispose]() {
          seen.disposed++
          await habits.onDispose?.()
        },
      }
    },
    [Symbol.dispose]() {
      seen.drafterDisposed++
    },
  }
}

/** What the in-memory target will say. */
export function rightDraft(text: readonly number[], { maxTokens }: DraftLimits): Draft {
  const whole = [...text]
  while (whole.length < text.length + maxTokens) whole.push(nextToken(whole))
  const tokens = Int32Array.from(whole.slice(text.length))
  return { tokens, probabilities: new Float32Array(maxTokens).fill(0.75), drafter: 'right' }
}

/** Right for a few tokens, between 0 and 3, then wrong. */
export function mixedDraft(text: readonly number[], limits: DraftLimits): Draft {
  const { tokens } = rightDraft(text, limits)
  const right = (text.length % 5) % 4
  return { tokens: tokens.map((token, index) => (index < right ? token : token + 1)), drafter: 'mixed' }
}
