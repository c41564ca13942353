import type { Drafter } from '@foretoken/contract'
import { expectTypeOf, test } from 'vitest'
import { type SuffixDrafter, type SuffixDrafterOptions, type SuffixStats, suffixDrafter } from './index.js'

test('suffixDrafter', () => {
  expectTypeOf(suffixDrafter).parameters.toEqualTypeOf<[options?: SuffixDrafterOptions | undefined]>()
  expectTypeOf(suffixDrafter()).toEqualTypeOf<SuffixDrafter>()
  expectTypeOf<SuffixDrafter>().toExtend<Drafter>()
  expectTypeOf(suffixDrafter().stats('scope')).toEqualTypeOf<SuffixStats>()
  // @ts-expect-error unknown options are rejected
  suffixDrafter({ maxTokens: 8 })
})
