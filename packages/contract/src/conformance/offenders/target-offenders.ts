import { SpeculationError } from '../../errors.js'
import type { Target, TargetSession } from '../../target.js'
import type { TokenId } from '../../tokens.js'
import type { TargetLaw } from '../target-laws.js'
import { vocabularySize } from './sample-engine.js'
import { goodHabits, type SampleTargetOptions, sampleTarget, type TargetHabits } from './sample-target.js'

/** A target that breaks exactly one law. */
export interface TargetOffender {
  readonly fault: string
  readonly law: TargetLaw
  readonly create: (options?: SampleTargetOptions) => Target
}

/** At least one for every law. */
export const targetOffenders: readonly TargetOffender[] = [
  {
    law: 'identity',
    fault: 'speaks another version',
    create: (options) => ({ ...sampleTarget(options), contractVersion: 2 as 1 }),
  },
  offender('text', 'accepts one bad token in a hundred', () => {
    let bad = 0
    return { accepts: (drafted, predicted) => drafted === predicted || ++bad % 100 === 0 }
  }),
  offender('text', 'forgets to roll back', () => ({ rollsBack: false })),
  altered('verdict', 'forgets the bonus token in its depth', (session) => {
    let verified = 0
    return {
      get depth() {
        return session.depth - verified
      },
      verify: (draft, options) => session.verify(draft, options).finally(() => verified++),
    }
  }),
  altered('verdict', 'says a width without the pending token', (session) => ({
    async verify(draft, options) {
      const verdict = await session.verify(draft, options)
      return { ...verdict, width: Math.max(verdict.width - 1, verdict.accepted) }
    },
  })),
  offender('acceptance', 'accepts nothing', () => ({ accepts: () => false })),
  offender('vocabulary', 'crashes on foreign ids', () => ({
    cut(draft, freeTokens) {
      const isForeign = (token: TokenId) => token < 0 || token >= vocabularySize
      if (draft.some(isForeign)) throw new RangeError('GGML_ASSERT(token < n_vocab) failed')
      return goodHabits.cut(draft, freeTokens)
    },
  })),
  offender('vocabulary', 'wraps foreign ids', () => ({
    cut: (draft, freeTokens) =>
      goodHabits.cut(
        draft.map((token) => (token >>> 0) % vocabularySize),
        freeTokens,
      ),
  })),
  offender('vocabulary', 'believes in one token more', () => ({
    cut(draft, freeTokens) {
      const spared = draft.map((token) => (token === vocabularySize ? token - 1 : token))
      return goodHabits.cut(spared, freeTokens)
    },
  })),
  offender('ending', 'tries what follows the end', () => ({
    cut: (draft, freeTokens) =>
      goodHabits.cut(
        draft.map((token) => token || 1),
        freeTokens,
      ),
    accepts: (drafted, predicted) => drafted === predicted && drafted !== 0,
  })),
  offender('context', 'overshoots the context', () => ({ cut: (draft) => goodHabits.cut(draft, draft.length) })),
  offender('context', 'crashes when the context is full', () => ({
    cut(draft, freeTokens) {
      if (draft.length > freeTokens) throw new RangeError('failed to find a memory slot')
      return goodHabits.cut(draft, freeTokens)
    },
  })),
  offender('prompt', 'shifts a long prompt silently', () => ({
    fit: (prompt, contextTokens) => prompt.slice(-contextTokens + 1),
  })),
  offender('busy', 'runs two calls at once', () => ({ isBusySafe: false })),
  altered('lifetime', 'goes on when closed', () => ({
    async [Symbol.asyncDispose]() {},
  })),
  offender('lifetime', 'goes on after the end', () => ({ closesAtEnd: false })),
  altered('abort', 'does not look at the signal', (session) => ({
    verify: (draft) => session.verify(draft),
  })),
  altered('abort', 'cancels when it has already moved on', (session) => ({
    async verify(draft, options) {
      const verdict = await session.verify(draft)
      if (options?.signal?.aborted) throw new SpeculationError('ERR_ABORTED', 'the caller cancelled')
      return verdict
    },
  })),
  { law: 'reopening', fault: 'keeps what a session left half-way', create: leftoverTarget },
]

function offender(law: TargetLaw, fault: string, habits: () => Partial<TargetHabits>): TargetOffender {
  return { law, fault, create: (options) => sampleTarget({ ...options, habits: habits() }) }
}

function altered(
  law: TargetLaw,
  fault: string,
  alter: (session: TargetSession) => Partial<TargetSession>,
): TargetOffender {
  const create = (options?: SampleTargetOptions): Target => {
    const target = sampleTarget(options)
    const open: Target['open'] = async (...request) => {
      const session = await target.open(...request)
      return withMethods(session, alter(session))
    }
    return { ...target, open }
  }
  return { law, fault, create }
}

function withMethods(session: TargetSession, methods: Partial<TargetSession>): TargetSession {
  return {
    contextTokens: session.contextTokens,
    get depth() {
      return methods.depth ?? session.depth
    },
    verify: methods.verify ?? ((draft, options) => session.verify(draft, options)),
    [Symbol.asyncDispose]: methods[Symbol.asyncDispose] ?? (() => session[Symbol.asyncDispose]()),
  }
}

/** Evaluates a prompt on top of the one before, when that session was closed after one or two steps. */
function leftoverTarget(options?: SampleTargetOptions): Target {
  const target = sampleTarget({ ...options, rollback: 'checkpoint' })
  let leftover: readonly TokenId[] = []
  return {
    ...target,
    async open(prompt, request) {
      const session = await target.open(Int32Array.from([...leftover, ...prompt]), request)
      leftover = []
      let steps = 0
      let end = ''
      return withMethods(session, {
        async verify(draft, limits) {
          const verdict = await session.verify(draft, limits)
          steps++
          end = verdict.end
          return verdict
        },
        async [Symbol.asyncDispose]() {
          if (end === '' && (steps === 1 || steps === 2)) leftover = [...prompt]
          await session[Symbol.asyncDispose]()
        },
      })
    },
  }
}
