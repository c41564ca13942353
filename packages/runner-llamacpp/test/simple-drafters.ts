import { CONTRACT_VERSION, type Drafter } from '@foretoken/contract'

/** Drafts what followed the last two tokens where they stood last before: the simplest drafter that pays. */
export function copyingDrafter(): Drafter {
  return {
    contractVersion: CONTRACT_VERSION,
    name: 'copying',
    learnsAcrossSessions: false,
    open(prompt) {
      const tokens = [...prompt]
      return {
        draft({ maxTokens }) {
          const [last, before] = [tokens.at(-1), tokens.at(-2)]
          const seen = tokens.findLastIndex(
            (t, at) => at < tokens.length - 1 && t === last && tokens[at - 1] === before,
          )
          const guess = seen < 1 ? [] : tokens.slice(seen + 1, seen + 1 + maxTokens)
          return { tokens: Int32Array.from(guess), drafter: 'copying' }
        },
        commit(committed) {
          for (const token of committed) tokens.push(token)
        },
        async [Symbol.asyncDispose]() {},
      }
    },
    [Symbol.dispose]() {},
  }
}

/** Drafts eight tokens that have nothing to do with the text. */
export function hopelessDrafter(): Drafter {
  return {
    ...copyingDrafter(),
    name: 'hopeless',
    open: () => ({
      draft({ maxTokens }) {
        const tokens = Int32Array.from({ length: Math.min(8, maxTokens) }, (_, index) => 100 + 37 * index)
        return { tokens, drafter: 'hopeless' }
      },
      commit() {},
      async [Symbol.asyncDispose]() {},
    }),
  }
}
