import type { Target } from '../../target.js'
import type { TokenId, Tokens } from '../../tokens.js'
import type { Law } from '../law.js'
import type { Text } from './text.js'

/** What a target law needs. */
export interface LawSubject {
  readonly create: () => Target | Promise<Target>
  readonly smallContext?: (() => Target | Promise<Target>) | undefined
  readonly prompts: readonly Tokens[]
  readonly endTokens: readonly TokenId[]
  readonly vocabularySize?: number | undefined
  readonly maxTokens: number
  readonly numRuns: number
  /** What the target says after each prompt when nothing is drafted. */
  readonly plainTexts: () => Promise<readonly Text[]>
}

/** A rule for targets. */
export type Rule = Law<LawSubject>
