import { CONTRACT_VERSION, type Drafter, NO_TOKENS, SpeculationError, type Tokens } from '@foretoken/contract'
import type { TraceRequest } from '../trace-request.js'

/** Drafts the recorded outputs, with certainty: the most that any drafter can bring under a length policy. */
export function oracleDrafter(requests: readonly TraceRequest[]): Drafter {
  const waiting = [...requests]
  return {
    contractVersion: CONTRACT_VERSION,
    name: 'oracle',
    learnsAcrossSessions: false,
    open(prompt) {
      const index = waiting.findIndex((request) => sameTokens(request.prompt, prompt))
      const [request] = index < 0 ? [] : waiting.splice(index, 1)
      let rest = request?.output ?? NO_TOKENS
      let closed = false
      const assertOpen = (): void => {
        if (closed) throw new SpeculationError('ERR_SESSION_CLOSED', 'the draft session is closed')
      }
      return {
        draft({ maxTokens }) {
          assertOpen()
          const tokens = rest.slice(0, maxTokens)
          return { tokens, probabilities: new Float32Array(tokens.length).fill(1), drafter: 'oracle' }
        },
        commit(tokens) {
          assertOpen()
          rest = rest.subarray(tokens.length)
        },
        async [Symbol.asyncDispose]() {
          closed = true
        },
      }
    },
    [Symbol.dispose]() {},
  }
}

function sameTokens(one: Tokens, other: Tokens): boolean {
  return one.length === other.length && one.every((token, index) => token === other[index])
}
