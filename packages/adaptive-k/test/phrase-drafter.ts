import { CONTRACT_VERSION, type Drafter, SpeculationError } from '@foretoken/contract'

/** Proposes what followed the last `order` tokens of the session before; says `said` of each token, where it is given. */
export function phraseDrafter(name: string, order: number, said?: number): Drafter {
  return {
    contractVersion: CONTRACT_VERSION,
    name,
    learnsAcrossSessions: false,
    open(prompt) {
      const text = new Map<string, number>()
      const history: number[] = []
      let closed = false
      const assertOpen = () => {
        if (closed) throw new SpeculationError('ERR_SESSION_CLOSED', 'the session is closed: open a new one')
      }
      const append = (tokens: Int32Array) => {
        for (const token of tokens) {
          if (history.length >= order) text.set(history.slice(-order).join(), history.length)
          history.push(token)
        }
      }
      append(prompt)
      return {
        draft({ maxTokens, minProbability = 0 }) {
          assertOpen()
          const most =
            said === undefined ? maxTokens : Math.min(maxTokens, Math.floor(Math.log(minProbability) / Math.log(said)))
          const start = text.get(history.slice(-order).join()) ?? history.length
          const tokens = Int32Array.from(history.slice(start, start + most))
          return {
            tokens,
            ...(said !== undefined && { probabilities: new Float32Array(tokens.length).fill(said) }),
            drafter: name,
          }
        },
        commit(tokens) {
          assertOpen()
          append(tokens)
        },
        async [Symbol.asyncDispose]() {
          closed = true
        },
      }
    },
    [Symbol.dispose]() {},
  }
}
