import type { Laws } from './law.js'
import { context, ending, prompt, vocabulary } from './target-laws/cut-laws.js'
import { abort, busy, lifetime, reopening } from './target-laws/session-laws.js'
import type { LawSubject } from './target-laws/subject.js'
import { acceptance, identity, text, verdict } from './target-laws/text-laws.js'

/** Name of one law of the target contract. */
export type TargetLaw =
  | 'identity'
  | 'text'
  | 'verdict'
  | 'acceptance'
  | 'vocabulary'
  | 'ending'
  | 'context'
  | 'prompt'
  | 'busy'
  | 'lifetime'
  | 'abort'
  | 'reopening'

/** The target contract as properties. */
export const targetLaws: Laws<LawSubject, TargetLaw> = {
  identity,
  text,
  verdict,
  acceptance,
  vocabulary,
  ending,
  context,
  prompt,
  busy,
  lifetime,
  abort,
  reopening,
}
