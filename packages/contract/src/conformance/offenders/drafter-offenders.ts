import type { Draft, Drafter, DraftSession, DraftSessionOptions } from '../../drafter.js'
import type { Tokens } from '../../tokens.js'
import { unchanged } from '../drafter-laws/subject.js'
import type { DrafterLaw } from '../drafter-laws.js'
import { onceOnlyDrafter, singleHeadDrafter, spreadingDrafter } from './odd-drafters.js'
import { sampleDrafter } from './sample-drafter.js'

/** A drafter that breaks exactly one law. */
export interface DrafterOffender {
  readonly fault: string
  readonly law: DrafterLaw
  readonly create: () => Drafter
}

/** At least one for every law. */
export const drafterOffenders: readonly DrafterOffender[] = [
  offender('identity', 'speaks another version', () => ({ ...sampleDrafter(), contractVersion: 2 as 1 })),
  offender('identity', 'has no name', () => ({ ...sampleDrafter(), name: '' })),
  offender('budget', 'drafts one token too many', () =>
    sampleDrafter({ limit: (limits) => ({ ...limits, maxTokens: limits.maxTokens + 1 }) }),
  ),
  offender('threshold', 'ignores minProbability', () => sampleDrafter({ limit: ({ maxTokens }) => ({ maxTokens }) })),
  offender('shape', 'says percentages', () =>
    alteredDrafts(({ probabilities, ...draft }) => ({
      ...draft,
      ...(probabilities && { probabilities: probabilities.map((p) => 100 * p) }),
    })),
  ),
  offender('shape', 'says one probability too many', () =>
    alteredDrafts((draft) => ({ ...draft, probabilities: new Float32Array(draft.tokens.length + 1).fill(1) })),
  ),
  offender('shape', 'drafts its own separators', () =>
    alteredDrafts((draft) => ({ ...draft, tokens: draft.tokens.map((token) => (token >= 4 ? -1 : token)) })),
  ),
  offender('shape', 'returns a plain array', () =>
    alteredDrafts((draft) => ({ ...draft, tokens: Array.from(draft.tokens) as unknown as Tokens })),
  ),
  offender('shape', 'does not say who drafted', () => alteredDrafts((draft) => ({ ...draft, drafter: '' }))),
  offender('coverage', 'never drafts', () => alteredDrafts((draft) => ({ ...draft, ...firstTokens(draft, 0) }))),
  offender('coverage', 'never drafts anything true', () =>
    alteredDrafts((draft) => ({ ...draft, tokens: draft.tokens.map(() => 8) })),
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

/** The sample drafter with other drafts, which come asynchronously. */
export function alteredDrafts(alter: (draft: Draft) => Draft): Drafter {
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

/** Looks a scope up where every object has inherited names. */
function plainObjectDrafter(): Drafter {
  const scopeOf = ({ scope = '' }: DraftSessionOptions) => (scope in {} ? 'inherited' : scope)
  return sampleDrafter({ scopeOf })
}
