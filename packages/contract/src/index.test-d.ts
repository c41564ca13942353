import { expectTypeOf, test } from 'vitest'
import {
  type Draft,
  type Drafter,
  type DraftSession,
  type ErrorCode,
  type ErrorEntry,
  errorTable,
  type Finish,
  type LengthLimits,
  type LengthPolicy,
  NO_TOKENS,
  SpeculationError,
  type Step,
  type Target,
  type TargetSession,
  type Tokens,
  type Verdict,
} from './index.js'

test('tokens are one type on both sides of N-API', () => {
  expectTypeOf<Tokens>().toEqualTypeOf<Int32Array>()
  expectTypeOf(NO_TOKENS).toEqualTypeOf<Tokens>()
  expectTypeOf<Step['tokens']>().toEqualTypeOf<Tokens>()
  expectTypeOf<Draft['tokens']>().toEqualTypeOf<Tokens>()
})

test('a drafter may answer at once or later, and is disposed of at once', () => {
  expectTypeOf<ReturnType<DraftSession['draft']>>().toEqualTypeOf<Draft | Promise<Draft>>()
  expectTypeOf<ReturnType<DraftSession['commit']>>().toBeVoid()
  expectTypeOf<DraftSession>().toExtend<AsyncDisposable>()
  expectTypeOf<Drafter>().toExtend<Disposable>()
  expectTypeOf<Drafter['contractVersion']>().toEqualTypeOf<1>()
})

test('a target answers later', () => {
  expectTypeOf<ReturnType<Target['open']>>().toEqualTypeOf<Promise<TargetSession>>()
  expectTypeOf<ReturnType<TargetSession['verify']>>().toEqualTypeOf<Promise<Verdict>>()
  expectTypeOf<Target>().toExtend<AsyncDisposable>()
  expectTypeOf<Verdict['end']>().toExtend<Finish>()
})

test('a length policy answers at once', () => {
  expectTypeOf<ReturnType<ReturnType<LengthPolicy['open']>['limits']>>().toEqualTypeOf<LengthLimits>()
})

test('results cannot be written to', () => {
  const draft: Draft = { tokens: NO_TOKENS, drafter: 'none' }
  // @ts-expect-error a draft is readonly
  draft.tokens = NO_TOKENS
  // @ts-expect-error the table is readonly
  errorTable.ERR_ABORTED = errorTable.ERR_CONTEXT_FULL
})

test('error codes are those of the table', () => {
  expectTypeOf(errorTable).toEqualTypeOf<Readonly<Record<ErrorCode, ErrorEntry>>>()
  // @ts-expect-error unknown codes are rejected
  new SpeculationError('ERR_UNKNOWN', 'message')
  const thrown: unknown = new SpeculationError('ERR_ABORTED', 'message')
  if (SpeculationError.is(thrown, 'ERR_ABORTED')) expectTypeOf(thrown.code).toEqualTypeOf<'ERR_ABORTED'>()
})
