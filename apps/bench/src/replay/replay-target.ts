import {
  CONTRACT_VERSION,
  SpeculationError,
  type Target,
  type TargetSession,
  type Tokens,
  type Verdict,
} from '@foretoken/contract'
import type { StepCost } from './step-cost.js'

/**
 * A target that says what was recorded: with greedy decoding and exact verification the text does not depend on drafts,
 * so comparing a draft with the recorded output tells what the model would have accepted.
 *
 * Nothing is cut from a draft. What goes beyond the recorded end was verified like the rest, and refused: a target does
 * not know where its text will end.
 */
export function replayTarget(output: Tokens, cost: StepCost): Target {
  return {
    contractVersion: CONTRACT_VERSION,
    rollback: 'trim',
    open: async (prompt) => new ReplaySession(prompt.length, output, cost),
    async [Symbol.asyncDispose]() {},
  }
}

class ReplaySession implements TargetSession {
  readonly contextTokens: number = 2 ** 31 - 1
  readonly #promptTokens: number
  readonly #output: Tokens
  readonly #cost: StepCost
  /** How much of the output was said. */
  #said = 0

  constructor(promptTokens: number, output: Tokens, cost: StepCost) {
    this.#promptTokens = promptTokens
    this.#output = output
    this.#cost = cost
  }

  get depth(): number {
    return this.#promptTokens + this.#said
  }

  async verify(draft: Tokens): Promise<Verdict> {
    const rest = this.#output.subarray(this.#said)
    // The last token is always the target's own, as an end-of-text token is.
    const most = Math.min(draft.length, rest.length - 1)
    let accepted = 0
    while (accepted < most && draft[accepted] === rest[accepted]) accepted++
    const next = rest[accepted]
    if (next === undefined) throw new SpeculationError('ERR_SESSION_CLOSED', 'the recorded output is at its end')
    this.#said += accepted + 1
    const end = this.#said === this.#output.length ? 'end-of-text' : ''
    const width = draft.length + 1
    return { accepted, next, end, width, verifyMs: 1_000 * this.#cost.seconds(width) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#said = this.#output.length
  }
}
