import { describe, expect, test } from 'vitest'
import type { RollbackClass } from '../target.js'
import { vocabularySize } from './offenders/sample-engine.js'
import { type SampleTargetOptions, sampleTarget } from './offenders/sample-target.js'
import { targetOffenders } from './offenders/target-offenders.js'
import { targetLaws } from './target-laws.js'
import { type TargetSubject, testTarget } from './test-target.js'

// Among these some texts end within 48 tokens, and some fill a context of 40.
const prompts = [1, 7, 19, 23, 31].map((seed) =>
  Int32Array.from({ length: 6 }, (_, index) => 1 + ((seed * (index + 1)) % 47)),
)

const rollbacks: readonly RollbackClass[] = ['trim', 'sliding-window', 'bounded', 'checkpoint', 'none']

describe.each(rollbacks)('a target that rolls back by %s', (rollback) =>
  testTarget(subjectOf((options) => sampleTarget({ ...options, rollback }))),
)

// `knownGaps` says both that the law rejects its offender and that no other law does.
describe.each(targetOffenders)('a target that $fault', ({ create, law }) =>
  testTarget({ ...subjectOf(create), knownGaps: [law] }),
)

test('every law has an offender', () => {
  expect(new Set(targetOffenders.map(({ law }) => law))).toEqual(new Set(Object.keys(targetLaws)))
})

test('refuses to test nothing', () => {
  expect(() => testTarget({ create: sampleTarget, prompts: [] })).toThrow('at least one prompt')
})

test('refuses a known gap that is not tested', () => {
  expect(() => testTarget({ create: sampleTarget, prompts, knownGaps: ['context'] })).toThrow('got context')
})

function subjectOf(create: (options?: SampleTargetOptions) => ReturnType<typeof sampleTarget>): TargetSubject {
  return { create, prompts, vocabularySize, smallContext: () => create({ contextTokens: 40 }) }
}
