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

describe('what is known not to work', () => {
  test.each<[string, Parameters<typeof applyingRefusals>[0], readonly string[]]>([
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
  ])('%s', (_, models, names) => {
    const found = applyingRefusals(models)
    expect(found.map(({ name }) => name)).toEqual(names)
    for (const { figure, reason, instead } of found) expect([figure, reason, instead]).not.toContain('')
  })
})
