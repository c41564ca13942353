import { describe, expect, it } from 'vitest'
import { readsWeights } from './reads-weights.js'

const place = { weightsBytes: 4e9, freeBytes: 8e9, hugePages: 'always [madvise] never' }

describe('readsWeights', () => {
  it.each([
    ['where programs may ask for huge pages', {}, true],
    ['where all get them', { hugePages: '[always] madvise never' }, true],
    ['where there are none', { hugePages: 'always madvise [never]' }, false],
    ['where the system does not know them', { hugePages: undefined }, false],
    ['where the weights take more than half of what is free', { weightsBytes: 4e9 + 1 }, false],
  ])('%s', (_, changed, reads) => {
    expect(readsWeights({ ...place, ...changed })).toBe(reads)
  })
})
