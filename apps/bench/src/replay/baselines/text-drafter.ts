import { CONTRACT_VERSION, type Drafter, type DraftSession, SpeculationError, type Tokens } from '@foretoken/contract'

/** What follows `text` (the prompt and what was said so far), in at most `maxTokens` tokens. */
export type Continue = (text: Tokens, maxTokens: number) => Tokens

/** A drafter whose drafts depend on its own sequence's text and nothing else. */
export function textDrafter(name: string, continuation: Continue): Drafter {
  return {
    contractVersion: CONTRACT_VERSION,
    name,
    learnsAcrossSessions: false,
    open: (prompt) => textSession(name, prompt, continuation),
    [Symbol.dispose]() {},
  }
}

function textSession(name: string, prompt: Tokens, continuation: Continue): DraftSession {
  let text = prompt.slice()
  let length = prompt.length
  let closed = false
  const assertOpen = (): void => {
    if (closed) throw new SpeculationError('ERR_SESSION_CLOSED', 'the draft session is closed')
  }
  return {
    draft({ maxTokens }) {
      assertOpen()
      return { tokens: continuation(text.subarray(0, length), maxTokens), drafter: name }
    },
    commit(tokens) {
      assertOpen()
      if (length + tokens.length > text.length) {
        // Doubling keeps the cost of a commit constant on average.
        const larger = new Int32Array(2 * (length + tokens.length))
        larger.set(text.subarray(0, length))
        text = larger
      }
      text.set(tokens, length)
      length += tokens.length
    },
    async [Symbol.asyncDispose]() {
      closed = true
    },
  }
}
