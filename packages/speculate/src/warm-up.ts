import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  assertInteger,
  CONTRACT_VERSION,
  type Drafter,
  type LengthPolicy,
  type Target,
  type TargetSession,
  type Tokens,
} from '@foretoken/contract'
import { speculate } from './speculate.js'

/** Options of {@link warmUp}. */
export interface WarmUpOptions {
  /** Makes a drafter of the kind that will be used; it is disposed of again. It must run no model. */
  readonly drafter: () => Drafter
  /**
   * Makes a policy of the kind that will be used: what it learns here is thrown away with it.
   * @defaultValue the loop's own
   */
  readonly policy?: () => LengthPolicy
  /**
   * About how long it may take, in milliseconds (1 to 60,000).
   * @defaultValue 250
   */
  readonly budgetMs?: number
  /** Ends it early, without an error. */
  readonly signal?: AbortSignal
}

/**
 * Drafts made-up texts until V8 has compiled the drafter, the policy and the loop: interpreted, a draft takes a millisecond
 * instead of some microseconds, which the first short answers of a process would pay for. Call it while the model loads.
 */
export async function warmUp({ drafter, policy, budgetMs = 250, signal }: WarmUpOptions): Promise<void> {
  assertInteger('budgetMs', budgetMs, { min: 1, max: 60_000 })
  const endsAt = performance.now() + budgetMs
  const isOver = () => performance.now() >= endsAt || signal?.aborted === true
  const text = madeUpText()
  using drafting = drafter()
  const parts = { drafter: drafting, ...(policy && { policy: policy() }), maxTokens: answerTokens }
  for (let start = 0; !isOver(); start = (start + 97) % (textTokens / 2)) {
    const prompt = text.subarray(start, start + promptTokens)
    for await (const { index } of speculate({ ...parts, target: reciter(text, start), prompt })) {
      // What else the process does meanwhile gets its turn.
      if (index % 16 === 15) await nextTurn()
      if (isOver()) return
    }
  }
}

/** Long enough for the tables of the drafters, short enough for many sessions. */
const promptTokens = 96
const answerTokens = 96
const textTokens = 4_096
const vocabulary = 512

/** Half of it new, half of it copies of what was there before, as in texts that drafts are made for. */
function madeUpText(): Tokens {
  const text = new Int32Array(textTokens)
  let state = 1
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  for (let at = 0; at < textTokens; ) {
    const length = Math.min(1 + random(24), textTokens - at)
    const from = at > 0 && random(2) === 0 ? Math.max(0, at - 1 - random(96)) : undefined
    for (let offset = 0; offset < length; offset++) {
      text[at + offset] = from === undefined ? random(vocabulary) : (text[from + offset] as number)
    }
    at += length
  }
  return text
}

/** A target that writes what stands in `text` behind the prompt, which is a part of it from `start` on. */
function reciter(text: Tokens, start: number): Target {
  return {
    contractVersion: CONTRACT_VERSION,
    rollback: 'trim',
    open: async ({ length }) => reciterSession(text.subarray(start), length),
    async [Symbol.asyncDispose]() {},
  }
}

function reciterSession(text: Tokens, promptLength: number): TargetSession {
  let depth = promptLength
  return {
    get depth() {
      return depth
    },
    contextTokens: text.length,
    async verify(draft) {
      let accepted = 0
      while (accepted < draft.length && draft[accepted] === text[depth + accepted]) accepted++
      depth += accepted + 1
      const width = draft.length + 1
      return { accepted, next: text[depth - 1] as number, end: '', width, verifyMs: 10 + width, topGap: 1 }
    },
    async [Symbol.asyncDispose]() {},
  }
}
