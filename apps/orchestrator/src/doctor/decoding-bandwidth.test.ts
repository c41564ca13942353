import { describe, expect, test } from 'vitest'
import { bytes, decodingBandwidth, percent } from './decoding-bandwidth.js'

const epyc = { copyBytesPerSecond: 460e9, cacheBytes: 384e6 }

describe('decoding', () => {
  test('five times slower than expected at 6 % of the bandwidth is slow', () => {
    const found = decodingBandwidth({ ...epyc, bytesPerToken: 8e9, secondsPerToken: 8 / (0.06 * 460) })
    expect(found.assessment).toBe('slow')
    expect(found.share).toBeCloseTo(0.06)
    expect(found.sentence).toMatch(
      /^Decoding reads 8\.0 GB a token, 27\.6 GB\/s: 6 % of the 460 GB\/s that the cores copy\. .* 5\.0× slower than expected: /,
    )
  })

  test('at a third of the bandwidth it is as it should be', () => {
    const found = decodingBandwidth({ ...epyc, bytesPerToken: 8.5e9, secondsPerToken: 0.055 })
    expect([found.assessment, found.tokensPerSecond]).toEqual(['good', 1 / 0.055])
    expect(found.sentence).toMatch(/34 % of the 460 GB\/s that the cores copy\.$/)
  })

  test('says nothing where the weights fit into the caches', () => {
    const found = decodingBandwidth({ ...epyc, bytesPerToken: 3e6, secondsPerToken: 0.001 })
    expect(found.assessment).toBe('cached')
    expect(found.sentence).toContain('it fits into the caches (384 MB)')
  })

  test('says that it does not know without a measurement', () => {
    expect(decodingBandwidth({ bytesPerToken: 1e9, secondsPerToken: 1 })).toMatchObject({ assessment: 'unknown' })
  })
})

test('figures are short', () => {
  expect([0, 999, 1_500, 4.72e9, 1.2e13].map(bytes)).toEqual(['0 bytes', '999 bytes', '1.5 kB', '4.7 GB', '12.0 TB'])
  expect([0, 0.003, 0.06, 1.2].map(percent)).toEqual(['0 %', '0.3 %', '6 %', '120 %'])
})
