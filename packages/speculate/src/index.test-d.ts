import type { Drafter, Step } from '@foretoken/contract'
import { expectTypeOf, test } from 'vitest'
import { firstOf, type Summary, speculate, summarize } from './index.js'

declare const drafter: Drafter

test('firstOf', () => {
  expectTypeOf(firstOf(drafter, drafter, { minTokens: 3 })).toEqualTypeOf<Drafter>()
  expectTypeOf(firstOf(drafter)).toEqualTypeOf<Drafter>()
  // @ts-expect-error a chain of no drafters
  firstOf({ minTokens: 3 })
  // @ts-expect-error options come last
  firstOf(drafter, { minTokens: 3 }, drafter)
  // @ts-expect-error unknown options are rejected
  firstOf(drafter, { minLength: 3 })
})

test('the steps of speculate are what summarize takes', () => {
  expectTypeOf(speculate).returns.toEqualTypeOf<AsyncGenerator<Step, void, void>>()
  expectTypeOf(summarize).parameter(0).toEqualTypeOf<Iterable<Step>>()
  expectTypeOf(summarize).returns.toEqualTypeOf<Summary>()
  // @ts-expect-error a prompt is tokens, not text
  speculate({ target: {} as never, prompt: 'text' })
})
