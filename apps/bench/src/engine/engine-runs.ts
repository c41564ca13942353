import { fixedLength } from '@foretoken/adaptive-k'
import type { Drafter, LengthPolicy, Target, Tokens } from '@foretoken/contract'
import { hopelessDrafter } from '../hopeless-drafter.js'
import { oracleDrafter } from '../replay/baselines/oracle.js'
import { type TimedText, timedText } from '../timed-text.js'
import { rotatingLength } from './width-cost.js'

/** What an engine counts of its own work, where it does. */
export interface CountingTarget extends Target {
  counters(): { readonly decodeMs: number } | undefined
}

/** Kinds of texts that an engine writes in each round. */
export const runNames = ['plain', 'oracle 8', 'oracle 16', 'hopeless 8', 'widths'] as const
export type RunName = (typeof runNames)[number]

/** One text, and the part of its steps inside `llama_decode` where the engine says it. */
export interface EngineRun extends TimedText {
  /** Milliseconds, one for each step; with the time that it took to ask. */
  readonly decodeMs?: readonly number[]
}

/** What is written. */
export interface EngineQuestion {
  readonly prompt: Tokens
  /** What plain decoding writes. */
  readonly answer: Tokens
}

const drafting: Readonly<Record<RunName, (question: EngineQuestion) => { drafter?: Drafter; policy?: LengthPolicy }>> =
  {
    plain: () => ({}),
    'oracle 8': (question) => ({ drafter: oracleOf(question), policy: fixedLength(8) }),
    'oracle 16': (question) => ({ drafter: oracleOf(question), policy: fixedLength(16) }),
    'hopeless 8': ({ answer }) => ({ drafter: hopelessDrafter(answer), policy: fixedLength(8) }),
    widths: ({ answer }) => ({ drafter: hopelessDrafter(answer), policy: rotatingLength() }),
  }

function oracleOf({ prompt, answer }: EngineQuestion): Drafter {
  return oracleDrafter([{ id: 'answer', prompt, output: answer }])
}

/** Lets a target write the answer once. */
export async function engineRun(
  target: CountingTarget,
  name: RunName,
  { prompt, answer }: EngineQuestion,
  signal: AbortSignal,
): Promise<EngineRun> {
  const { drafter, policy } = drafting[name]({ prompt, answer })
  const decodeMs: number[] = []
  try {
    const text = await timedText({
      target: noting(target, (ms) => decodeMs.push(ms)),
      prompt,
      maxTokens: answer.length,
      signal,
      ...(drafter && { drafter }),
      ...(policy && { policy }),
    })
    return { ...text, ...(decodeMs.length > 0 && { decodeMs }) }
  } finally {
    drafter?.[Symbol.dispose]()
  }
}

/** The same target, which tells after each verification how long `llama_decode` took; nothing where nobody knows. */
function noting(target: CountingTarget, note: (decodeMs: number) => void): Target {
  return {
    contractVersion: target.contractVersion,
    rollback: target.rollback,
    async open(...args) {
      const session = await target.open(...args)
      let beforeMs = target.counters()?.decodeMs
      return {
        get depth() {
          return session.depth
        },
        contextTokens: session.contextTokens,
        async verify(...verifyArgs) {
          const verdict = await session.verify(...verifyArgs)
          const askedMs = performance.now()
          const afterMs = target.counters()?.decodeMs
          if (beforeMs !== undefined && afterMs !== undefined) note(afterMs - beforeMs + performance.now() - askedMs)
          beforeMs = afterMs
          return verdict
        },
        [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
      }
    },
    async [Symbol.asyncDispose]() {},
  }
}
