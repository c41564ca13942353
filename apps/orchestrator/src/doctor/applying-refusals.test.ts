import { explainPair, refusals } from '@foretoken/registry'
import { describe, expect, test } from 'vitest'
import { memoryModelFacts } from '../../test/memory-facts.js'
import { applyingRefusals } from './applying-refusals.js'
import type { FileReport } from './doctor-result.js'
import { fileReport } from './file-report.js'

const file = (more: Partial<FileReport> = {}): FileReport => ({
  ...fileReport(memoryModelFacts({ path: 'm.gguf', weightsBytes: 7e9 })),
  ...more,
})
const small = file({ parameters: 5e8 })
const experts = { count: 128, used: 8, overrideKey: 'qwen3moe.expert_used_count' }

const facts = memoryModelFacts({ path: 'm.gguf', weightsBytes: 7e9 })
const vocabulary = facts.vocabulary ?? expect.fail()
const beginning = (bos: number) => ({ ...facts, vocabulary: { ...vocabulary, addBos: true, bos } })

const cases: readonly (readonly [string, Parameters<typeof applyingRefusals>[0], readonly string[]])[] = [
  ['an ordinary pair', { model: file(), draft: small }, []],
  ['a model with a state', { model: file({ rollback: 'checkpoint' }) }, ['recurrent-models']],
  [
    'a draft for few active parameters',
    { model: file({ experts, activeParameters: 3e9 }), draft: small },
    ['moe-few-active'],
  ],
  ['a mixture without a draft model', { model: file({ experts, activeParameters: 3e9 }) }, []],
  [
    'a text model for a vision model',
    { model: file({ seesWithProjector: true }), draft: small },
    ['text-draft-for-vision'],
  ],
  ['the model itself', { model: file(), draft: file() }, ['self-speculation']],
  [
    'a target with a BOS of its own',
    { model: file(), draft: small, pair: explainPair(beginning(11), beginning(12)) },
    ['odd-bos'],
  ],
]

describe('what is known not to work', () => {
  test('every situation that is known is told somewhere', () => {
    const situations = refusals().filter(({ kind }) => kind === 'situation')
    expect(new Set(cases.flatMap(([, , names]) => names))).toEqual(new Set(situations.map(({ name }) => name)))
  })

  test.each(cases)('%s', (_, models, names) => {
    const found = applyingRefusals(models)
    expect(found.map(({ name }) => name)).toEqual(names)
    for (const { figure, reason, instead } of found) expect([figure, reason, instead]).not.toContain('')
  })
})
