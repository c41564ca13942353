import type { LengthPolicy } from '@foretoken/contract'
import { expectTypeOf, test } from 'vitest'
import { fixedLength, type WindowedLengthOptions, windowedLength } from './index.js'

test('policies', () => {
  expectTypeOf(fixedLength).toEqualTypeOf<(tokens: number) => LengthPolicy>()
  expectTypeOf(windowedLength).parameters.toEqualTypeOf<[options?: WindowedLengthOptions | undefined]>()
  expectTypeOf(windowedLength()).toEqualTypeOf<LengthPolicy>()
  // @ts-expect-error unknown options are rejected
  windowedLength({ window: 128 })
})
