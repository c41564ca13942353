import type { Draft, Drafter, DraftSession, DraftSessionOptions } from '../../drafter.js'
import type { TokenId, Tokens } from '../../tokens.js'
import { unchanged } from '../drafter-laws/subject.js'
import type { DrafterLaw } from '../drafter-laws.js'
import { forgetfulDrafter, joined, sampleDrafter } from './sample-drafter.js'

/** A drafter that breaks exactly one law. */
export interface DrafterOffender {
  readonly fault: string
  readonly law: DrafterLaw
  readonly create: () => Drafter
}

/** At least one for every law. */
export const drafterOffenders: readonly DrafterOffender[] = [
  offender('budget', 'drafts one token too many', () =>
    sampleDrafter({ limit: (limits) => ({ ...limits, maxTokens: limits.maxTokens + 1 }) }),
  ),
  offender('threshold', 'ignores minProbability', () => sampleDrafter({ limit: ({ maxTokens }) => ({ maxTokens }) })),
  offender('shape', 'says percentages', () =>
    altered(({ probabilities, ...draft }) => ({
      ...draft,
      ...(probabilities && { probabilities: probabilities.map((p) => 100 * p) }),
    })),
  ),
  offender('shape', 'says one probability too many', () =>
    altered((draft) => ({ ...draft, probabilities: new Float32Array(draft.tokens.length + 1).fill(1) })),
  ),
  offender('shape', 'drafts its own separators', () =>
    altered((draft) => ({ ...draft, tokens: draft.tokens.map((token) => (token === 3 ? -1 : token)) })),
  ),
  offender('shape', 'returns a plain array', () =>
    altered((draft) => ({ ...draft, tokens: Array.from(draft.tokens) as unknown as Tokens })),
  ),
  offender('shape', 'does not say who drafted', () => altered((draft) => ({ ...draft, drafter: '' }))),
  offender('coverage', 'never drafts', () => altered((draft) => ({ ...draft, ...firstTokens(draft, 0) }))),
  offender('coverage', 'never drafts anything true', () =>
    altered((draft) => ({ ...draft, tokens: draft.tokens.map(() => 8) })),
  ),
  offender('purity', 'has nothing more to say when asked again', onceOnlyDrafter),
  offender('longest', 'labels its last draft', () => sampleDrafter({ prefers: () => true })),
  offender('chunking', 'labels by the first commit only', () => sampleDrafter({ carriesLabels: false })),
  offender('labels', 'takes what was cut for rejected', () => sampleDrafter({ countsCutsAsMisses: true })),
  offender('view', 'keeps the caller’s arrays', () => sampleDrafter({ copy: (tokens) => tokens })),
  offender('isolation', 'learns without saying so', () => ({ ...sampleDrafter(), learnsAcrossSessions: false })),
  offender('concurrency', 'has a single write head', singleHeadDrafter),
  offender('scope', 'has one memory for all scopes', () => sampleDrafter({ scopeOf: () => '' })),
  offender('scope', 'keeps scopes in a plain object', plainObjectDrafter),
  offender('remember', 'remembers everything', () => sampleDrafter({ keeps: () => 'all' })),
  offender('size', 'spreads its arguments', spreadingDrafter),
  offender('lifetime', 'goes on after its end', () =>
    alteredSessions((session) => ({ ...unchanged(session), [Symbol.asyncDispose]: async () => {} })),
  ),
  offender('lifetime', 'cannot be closed twice', () =>
    alteredSessions((session) => {
      let closed = false
      return {
        ...unchanged(session),
        async [Symbol.asyncDispose]() {
          if (closed) throw new TypeError('already freed')
          closed = true
          await session[Symbol.asyncDispose]()
        },
      }
    }),
  ),
  offender('abort', 'throws the signal’s reason', () =>
    alteredSessions((session) => ({
      ...unchanged(session),
      draft(limits) {
        limits.signal?.throwIfAborted()
        return session.draft(limits)
      },
    })),
  ),
]

function offender(law: DrafterLaw, fault: string, create: () => Drafter): DrafterOffender {
  return { law, fault, create }
}

function altered(alter: (draft: Draft) => Draft): Drafter {
  return alteredSessions((session) => ({
    ...unchanged(session),
    draft: async (limits) => alter(await session.draft(limits)),
  }))
}

function alteredSessions(alter: (session: DraftSession) => DraftSession): Drafter {
  const drafter = sampleDrafter()
  return { ...drafter, open: (prompt, options) => alter(drafter.open(prompt, options)) }
}

function firstTokens({ tokens, probabilities }: Draft, length: number): Partial<Draft> {
  return { tokens: tokens.slice(0, length), ...(probabilities && { probabilities: probabilities.slice(0, length) }) }
}

/** Equal limits get the draft once between two commits, then nothing. Learns nothing, so no later draft differs. */
function onceOnlyDrafter(): Drafter {
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
function singleHeadDrafter(): Drafter {
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
          if (remember === 'none')
            texts.set(
              scope,
              text.filter((one) => one.owner !== owner),
            )
        },
      }
    },
  }
}

/** Looks a scope up where every object has inherited names. */
function plainObjectDrafter(): Drafter {
  const scopeOf = ({ scope = '' }: DraftSessionOptions) => (scope in {} ? 'inherited' : scope)
  return sampleDrafter({ scopeOf })
}

function spreadingDrafter(): Drafter {
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
