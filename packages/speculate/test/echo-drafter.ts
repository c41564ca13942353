import { CONTRACT_VERSION, type Draft, type Drafter, SpeculationError } from '@foretoken/contract'

/** Drafts what followed the last `matchTokens` tokens when the text had them before; answers later if `later`. */
export function echoDrafter(matchTokens: number, { later = false }: { readonly later?: boolean } = {}): Drafter {
  return {
    contractVersion: CONTRACT_VERSION,
    name: 'echo',
    learnsAcrossSessions: false,
    open(prompt) {
      const text = [...prompt]
      let closed = false
      const assertOpen = () => {
        if (closed) throw new SpeculationError('ERR_SESSION_CLOSED', 'the draft session is closed')
      }
      return {
        draft({ maxTokens }) {
          assertOpen()
          const draft: Draft = { tokens: Int32Array.from(echo(text, matchTokens).slice(0, maxTokens)), drafter: 'echo' }
          return later ? Promise.resolve(draft) : draft
        },
        commit(tokens) {
          assertOpen()
          for (const token of tokens) text.push(token)
        },
        async [Symbol.asyncDispose]() {
          closed = true
        },
      }
    },
    [Symbol.dispose]() {},
  }
}

function echo(text: readonly number[], matchTokens: number): readonly number[] {
  const suffix = text.length - matchTokens
  for (let start = suffix - 1; start >= 0; start--) {
    let matched = 0
    while (matched < matchTokens && text[start + matched] === text[suffix + matched]) matched++
    if (matched === matchTokens) return text.slice(start + matchTokens)
  }
  return []
}
