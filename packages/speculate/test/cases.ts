import type { Draft, Tokens } from '@foretoken/contract'
import * as fc from 'fast-check'
import { mixedDraft, rightDraft, type SampleDrafter, sampleDrafter } from './sample-drafter.js'
import { type SamplePolicy, samplePolicy } from './sample-policy.js'

/** One generated text with a drafter and a policy, as plain data. */
export interface Case {
  readonly prompt: Tokens
  readonly maxTokens: number
  readonly endOfText: number
  readonly contextTokens: number
  readonly habit: Habit
  /** The call from which a bad drafter is bad. */
  readonly turn: number
  /** What the policy asks for, in turn; also what the contract forbids. */
  readonly lengths: readonly number[]
  /** Share of the draft that the policy keeps, in turn; also what the contract forbids. */
  readonly shares: readonly number[]
}

type Habit =
  | 'right'
  | 'mixed'
  | 'later'
  | 'outside the vocabulary'
  | 'throwing'
  | 'rejecting'
  | 'silent'
  | 'too long'
  | 'malformed'
  | 'scribbling'
  | 'refusing commits'
  | 'rejecting commits'
  | 'refusing to open'
  | 'refusing to close'

const habits: Readonly<Record<Habit, (turn: number) => SampleDrafter>> = {
  right: () => sampleDrafter(),
  mixed: () => sampleDrafter({ draft: mixedDraft }),
  later: () => sampleDrafter({ draft: async (text, limits) => mixedDraft(text, limits) }),
  'outside the vocabulary': (turn) =>
    badFrom(turn, () => ({ tokens: Int32Array.of(turn, 2 ** 31 - 1, -1), drafter: 'odd' })),
  throwing: (turn) => badFrom(turn, boom),
  rejecting: (turn) => badFrom(turn, async () => boom()),
  silent: (turn) => badFrom(turn, () => new Promise<never>(() => {})),
  'too long': (turn) => badFrom(turn, (text, { maxTokens }) => rightDraft(text, { maxTokens: maxTokens + 3 })),
  malformed: (turn) => badFrom(turn, () => ({ tokens: [1, 2, 3], drafter: 'array' }) as unknown as Draft),
  scribbling: () => sampleDrafter({ draft: mixedDraft, scribbles: true }),
  'refusing commits': (turn) => sampleDrafter({ draft: mixedDraft, onCommit: (call) => call < turn || boom() }),
  'rejecting commits': (turn) => sampleDrafter({ draft: mixedDraft, onCommit: async (call) => call < turn || boom() }),
  'refusing to open': () => sampleDrafter({ onOpen: boom }),
  'refusing to close': () => sampleDrafter({ onDispose: boom }),
}

/** Texts of every kind with drafters and policies of every kind. */
export const cases: fc.Arbitrary<Case> = fc.record({
  prompt: fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 8 }).map((tokens) => Int32Array.from(tokens)),
  maxTokens: fc.integer({ min: 1, max: 40 }),
  endOfText: fc.constantFrom(-1, -1, 0, 6),
  contextTokens: fc.constantFrom(1_000, 1_000, 9, 20),
  // A third of the cases has a drafter that is right now and then, which is the common case.
  habit: fc.oneof(fc.constant<Habit>('mixed'), {
    weight: 2,
    arbitrary: fc.constantFrom(...(Object.keys(habits) as Habit[])),
  }),
  turn: fc.nat({ max: 3 }),
  lengths: fc.array(fc.oneof({ weight: 4, arbitrary: fc.nat({ max: 12 }) }, fc.constantFrom(-1, Number.NaN, 64)), {
    minLength: 1,
  }),
  shares: fc.array(fc.constantFrom(1, 1, 0.5, 0, -1, Number.NaN, 9), { minLength: 1 }),
})

export function drafterOf({ habit, turn }: Case): SampleDrafter {
  return habits[habit](turn)
}

export function policyOf({ lengths, shares }: Case): SamplePolicy {
  return samplePolicy({
    limits: (call) => ({ maxTokens: lengths[call % lengths.length] as number, minProbability: 0 }),
    cut: (draft, call) => Math.round(draft.tokens.length * (shares[call % shares.length] as number)),
  })
}

/** Only the silent drafter needs the time to run out; nothing else may depend on the clock. */
export function timeoutOf({ habit }: Case): number {
  return habit === 'silent' ? 1 : 60_000
}

function badFrom(turn: number, bad: typeof rightDraft | (() => Promise<Draft>) | (() => Draft)): SampleDrafter {
  return sampleDrafter({
    draft: (text, limits, call) => (call < turn ? mixedDraft(text, limits) : bad(text, limits)),
  })
}

function boom(): never {
  throw new Error('boom')
}
