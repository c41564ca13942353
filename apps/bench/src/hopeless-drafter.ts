import { CONTRACT_VERSION, type Drafter, SpeculationError, type TokenId, type Tokens } from '@foretoken/contract'

/**
 * Drafts as many tokens as it may, the first of which is never right: what drafting costs at worst. `answer` is what the
 * target will write; behind its end nothing is drafted.
 */
export function hopelessDrafter(answer: Tokens): Drafter {
  return {
    contractVersion: CONTRACT_VERSION,
    name: 'hopeless',
    learnsAcrossSessions: false,
    open(prompt) {
      let position = 0
      let closed = false
      const assertOpen = (): void => {
        if (closed) throw new SpeculationError('ERR_SESSION_CLOSED', 'the draft session is closed')
      }
      return {
        draft({ maxTokens }) {
          assertOpen()
          const right = answer[position]
          const tokens = new Int32Array(right === undefined ? 0 : maxTokens)
          if (right !== undefined) tokens.fill(wrongToken(right, prompt))
          return { tokens, drafter: 'hopeless' }
        },
        commit(tokens) {
          assertOpen()
          position += tokens.length
        },
        async [Symbol.asyncDispose]() {
          closed = true
        },
      }
    },
    [Symbol.dispose]() {},
  }
}

/** A token of the prompt, so that the target tries it, which is not the right one. */
function wrongToken(right: TokenId, prompt: Tokens): TokenId {
  const wrong = prompt.findLast((token) => token !== right)
  if (wrong !== undefined) return wrong
  throw new SpeculationError('ERR_OPTION_INVALID', 'the prompt must have two different tokens for a hopeless drafter')
}
