import type { LengthPolicy } from '@foretoken/contract'
import { expectTypeOf, test } from 'vitest'
import {
  type CostCurve,
  costCurve,
  fixedLength,
  goodputPolicy,
  type WindowedLengthOptions,
  windowedLength,
} from './index.js'

test('policies', () => {
  expectTypeOf(fixedLength).toEqualTypeOf<(tokens: number) => LengthPolicy>()
  expectTypeOf(windowedLength).parameters.toEqualTypeOf<[options?: WindowedLengthOptions | undefined]>()
  expectTypeOf(windowedLength()).toEqualTypeOf<LengthPolicy>()
  // @ts-expect-error unknown options are rejected
  windowedLength({ window: 128 })
})

test('costs', () => {
  const curve = costCurve([{ width: 1, seconds: 0.05 }])
  expectTypeOf(curve).toEqualTypeOf<CostCurve>()
  expectTypeOf(goodputPolicy(curve)).toExtend<LengthPolicy>()
  expectTypeOf(goodputPolicy).toBeCallableWith()
})
