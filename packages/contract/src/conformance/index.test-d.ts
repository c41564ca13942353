import { expectTypeOf, test } from 'vitest'
import type { Drafter } from '../drafter.js'
import type { LengthPolicy } from '../length-policy.js'
import type { Target } from '../target.js'
import {
  type DrafterLaw,
  type DrafterSubject,
  type LengthPolicySubject,
  type TargetSubject,
  testDrafter,
  testLengthPolicy,
  testTarget,
} from './index.js'

declare const drafter: () => Drafter
declare const target: () => Target
declare const policy: () => LengthPolicy

test('a subject needs no more than a way to make it, and prompts for a target', () => {
  expectTypeOf({ create: drafter }).toExtend<DrafterSubject>()
  expectTypeOf({ create: async () => drafter() }).toExtend<DrafterSubject>()
  expectTypeOf({ create: policy }).toExtend<LengthPolicySubject>()
  expectTypeOf({ create: target, prompts: [Int32Array.of(1)] }).toExtend<TargetSubject>()
  expectTypeOf({ create: target }).not.toExtend<TargetSubject>()
})

test('known gaps are names of laws', () => {
  expectTypeOf<DrafterSubject['knownGaps']>().toEqualTypeOf<readonly DrafterLaw[] | undefined>()
  expectTypeOf<'shape'>().toExtend<DrafterLaw>()
  expectTypeOf<'shapes'>().not.toExtend<DrafterLaw>()
})

test('kits register tests and return nothing', () => {
  expectTypeOf(testDrafter).returns.toBeVoid()
  expectTypeOf(testTarget).returns.toBeVoid()
  expectTypeOf(testLengthPolicy).returns.toBeVoid()
})
