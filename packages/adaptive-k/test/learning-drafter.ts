import {
  CONTRACT_VERSION,
  type Draft,
  type Drafter,
  type DraftLimits,
  type DraftSession,
  SpeculationError,
} from '@foretoken/contract'

/** What came last behind some tokens, by those. */
type Followers = ReadonlyMap<string, number>

/**
 * Proposes what followed the last `order` tokens before, in this session or in one of its scope that was over when this one
 * began, and says how often that came true.
 */
export function learningDrafter(name: string, order: number): Drafter {
  const scopes = new Map<string, Followers>()
  return {
    contractVersion: CONTRACT_VERSION,
    name,
    learnsAcrossSessions: true,
    open: (prompt, { scope = '', remember = 'all' } = {}) =>
      new LearningSession({ name, order, prompt, past: scopes.get(scope) ?? new Map() }, (tokens) => {
        const kept = remember === 'all' ? tokens : remember === 'outputs' ? tokens.slice(prompt.length) : []
        const learned = new Map(scopes.get(scope))
        for (let end = order; end < kept.length; end++)
          learned.set(kept.slice(end - order, end).join(), kept[end] as number)
        scopes.set(scope, learned)
      }),
    [Symbol.dispose]: () => scopes.clear(),
  }
}

interface Beginning {
  readonly name: string
  readonly order: number
  readonly prompt: Int32Array
  readonly past: Followers
}

class LearningSession implements DraftSession {
  readonly #name: string
  readonly #order: number
  readonly #close: (tokens: readonly number[]) => void
  readonly #followers: Map<string, number>
  readonly #tokens: number[] = []
  #hits = 1
  #tries = 2
  #isClosed = false

  constructor({ name, order, prompt, past }: Beginning, close: (tokens: readonly number[]) => void) {
    this.#name = name
    this.#order = order
    this.#followers = new Map(past)
    this.#close = close
    this.commit(prompt)
  }

  draft({ maxTokens, minProbability = 0 }: DraftLimits): Draft {
    this.#assertOpen()
    const said = this.#hits / this.#tries
    const last = this.#tokens.slice(-this.#order)
    const tokens: number[] = []
    for (let product = said; tokens.length < maxTokens && product >= minProbability; product *= said) {
      const next = this.#followers.get(last.join())
      if (next === undefined) break
      tokens.push(next)
      last.push(next)
      last.shift()
    }
    const probabilities = new Float32Array(tokens.length).fill(said)
    return { tokens: Int32Array.from(tokens), probabilities, drafter: this.#name }
  }

  commit(tokens: Int32Array): void {
    this.#assertOpen()
    for (const token of tokens) {
      const key = this.#tokens.slice(-this.#order).join()
      const foretold = this.#followers.get(key)
      if (foretold !== undefined) this.#tries++
      if (foretold === token) this.#hits++
      if (this.#tokens.length >= this.#order) this.#followers.set(key, token)
      this.#tokens.push(token)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isClosed) this.#close(this.#tokens)
    this.#isClosed = true
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new SpeculationError('ERR_SESSION_CLOSED', 'the session is closed: open a new one')
  }
}
