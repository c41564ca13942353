import { describe, expect, test } from 'vitest'
import { drafterLaws } from './drafter-laws.js'
import { alteredDrafts, drafterOffenders } from './offenders/drafter-offenders.js'
import { forgetfulDrafter, sampleDrafter } from './offenders/sample-drafter.js'
import { testDrafter } from './test-drafter.js'

describe('a drafter that learns', () => testDrafter({ create: () => sampleDrafter() }))

describe('a drafter that does not', () => testDrafter({ create: forgetfulDrafter }))

describe('a drafter that is made and drafts asynchronously', () =>
  testDrafter({ create: async () => alteredDrafts((draft) => draft), numRuns: 20 }))

// `knownGaps` says both that the law rejects its offender and that no other law does.
describe.each(drafterOffenders)('a drafter that $fault', ({ create, law }) =>
  testDrafter({ create, knownGaps: [law], numRuns: 20 }),
)

test('every law has an offender', () => {
  expect(new Set(drafterOffenders.map(({ law }) => law))).toEqual(new Set(Object.keys(drafterLaws)))
})
