import type { Drafter } from '../../drafter.js'
import { NO_TOKENS, type TokenId, type Tokens } from '../../tokens.js'
import { unchanged } from '../drafter-laws/subject.js'
import { forgetfulDrafter, joined, sampleDrafter } from './sample-drafter.js'

/** Equal limits get the draft once between two commits, then nothing. Learns nothing, so no later draft differs. */
export function onceOnlyDrafter(): Drafter {
  const drafter = forgetfulDrafter()
  return {
    ...drafter,
    open(prompt) {
      const session = drafter.open(prompt)
      const asked = new Set<string>()
      return {
        ...unchanged(session),
        commit(tokens) {
          asked.clear()
          session.commit(tokens)
        },
        draft({ signal, ...limits }) {
          const key = JSON.stringify(limits)
          const again = asked.has(key)
          if (signal === undefined) asked.add(key)
          return session.draft(again ? { maxTokens: 0 } : limits)
        },
      }
    },
  }
}

/** All sessions of a scope append to one text and draft from its end. */
export function singleHeadDrafter(): Drafter {
  const texts = new Map<string, { owner: object; tokens: Tokens }[]>()
  return {
    ...sampleDrafter(),
    open(prompt, { scope = '', remember = 'all' } = {}) {
      const owner = {}
      const text = texts.get(scope) ?? []
      texts.set(scope, text)
      text.push({ owner, tokens: prompt.slice() })
      // Knows when it is closed.
      const own = sampleDrafter().open(prompt)
      return {
        async draft(limits) {
          await own.draft(limits)
          const head = sampleDrafter().open(joined(text.map(({ tokens }) => tokens)))
          return head.draft(limits)
        },
        commit(tokens) {
          own.commit(tokens)
          text.push({ owner, tokens: tokens.slice() })
        },
        async [Symbol.asyncDispose]() {
          await own[Symbol.asyncDispose]()
          if (remember !== 'none') return
          for (const one of text) if (one.owner === owner) one.tokens = NO_TOKENS
        },
      }
    },
  }
}

/** Copies a prompt in a way that a long one overflows the stack. */
export function spreadingDrafter(): Drafter {
  const drafter = sampleDrafter()
  return {
    ...drafter,
    open(prompt, options) {
      const text: TokenId[] = []
      text.push(...prompt)
      return drafter.open(prompt, options)
    },
  }
}
