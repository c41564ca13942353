import { SpeculationError } from '@foretoken/contract'
import { describe, expect, it } from 'vitest'
import { parseSuite } from '../load-suite.js'
import { loadPackagedSuite } from './packaged-suite.js'
import { assertComparable, comparisonFault, suiteIdentity } from './suite-identity.js'

const text = (version: number, question: string, right = '4') => `
suite: sums
version: ${version}
description: Sums
prompts:
  - { id: one, tier: T1, reference: '4', checker: { value: 4, kind: numeric }, messages: [{ content: '${question}', role: user }],
      answers: { right: '${right}', wrong: '5' } }
`
const identity = (version: number, question = '2 + 2?', right?: string) =>
  suiteIdentity(parseSuite(text(version, question, right)))

describe('suiteIdentity', () => {
  it('is the same for the same prompts, whatever the order of keys and the recorded answers', () => {
    const reordered = parseSuite(text(1, '2 + 2?').replace('value: 4, kind: numeric', 'kind: numeric, value: 4'))
    expect(suiteIdentity(reordered)).toEqual(identity(1))
    expect(identity(1, '2 + 2?', 'Four: 4')).toEqual(identity(1))
  })

  it('changes with a prompt', () => {
    expect(identity(1, '1 + 3?').fingerprint).not.toBe(identity(1).fingerprint)
  })
})

describe('assertComparable', () => {
  const hardened = identity(2, '1 + 3?')

  it('lets scores of the same prompts pass', () => {
    expect(comparisonFault(identity(1), identity(1))).toBeUndefined()
    expect(() => assertComparable(hardened, hardened)).not.toThrow()
  })

  it.each([
    ['an old and a hardened version', identity(1), hardened, /versions 1 and 2 of sums/],
    ['a score without a version', { suite: 'sums' }, identity(1), /has no version/],
    ['two scores without a version', { suite: 'sums' }, { suite: 'sums' }, /has no version/],
    ['prompts that were changed in place', identity(1), identity(1, '1 + 3?'), /are not those of the other run/],
    ['an unknown fingerprint', { suite: 'sums', version: 1 }, identity(1), /are not those of the other run/],
    ['unknown fingerprints', { suite: 'sums', version: 1 }, { suite: 'sums', version: 1 }, /or it is not known/],
    ['different suites', identity(1), { ...identity(1), suite: 'math' }, /sums says nothing about one of math/],
  ])('refuses %s, in both orders', (_, one, other, reason) => {
    expect(comparisonFault(one, other)).toMatch(reason)
    expect(() => assertComparable(one, other)).toThrow(SpeculationError)
    expect(() => assertComparable(other, one)).toThrow(/scores cannot be compared/)
  })

  it('refuses generated texts of another seed', async () => {
    const [own, anew] = await Promise.all([
      loadPackagedSuite('long_context'),
      loadPackagedSuite('long_context', { seed: 7 }),
    ])
    expect(comparisonFault(suiteIdentity(own), suiteIdentity(anew))).toMatch(/are not those/)
  })
})
