import type { DraftSession } from '@foretoken/contract'
import { expectTypeOf, test } from 'vitest'
import {
  CopySession,
  type CopySessionOptions,
  Matches,
  type MatchLimits,
  type Sequence,
  type TokenArena,
  TokenIndex,
} from './index.js'

test('TokenIndex', () => {
  expectTypeOf(TokenIndex).toBeConstructibleWith(2 ** 20)
  expectTypeOf<TokenIndex['open']>().returns.toEqualTypeOf<Sequence>()
  expectTypeOf<Sequence['arena']>().toEqualTypeOf<TokenArena>()
  expectTypeOf(Matches).constructorParameters.toEqualTypeOf<[MatchLimits]>()
})

test('CopySession', () => {
  expectTypeOf(CopySession).constructorParameters.toEqualTypeOf<[CopySessionOptions]>()
  expectTypeOf<CopySession>().toExtend<DraftSession>()
})
