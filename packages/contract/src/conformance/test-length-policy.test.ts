import { describe, expect, test } from 'vitest'
import { lengthLaws } from './length-laws.js'
import { lengthOffenders } from './offenders/length-offenders.js'
import { bruteForcePolicy, sampleLengthPolicy } from './offenders/sample-length-policy.js'
import { testLengthPolicy } from './test-length-policy.js'

describe('a policy that pauses', () =>
  testLengthPolicy({ create: sampleLengthPolicy, createFor: bruteForcePolicy, maxTokens: 8 }))

// `knownGaps` says both that the law rejects its offender and that no other law does.
describe.each(lengthOffenders)('a policy that $fault', ({ law, fault, ...subject }) =>
  testLengthPolicy({ ...subject, knownGaps: [law] }),
)

test('every law has an offender', () => {
  expect(new Set(lengthOffenders.map(({ law }) => law))).toEqual(new Set(Object.keys(lengthLaws)))
})
