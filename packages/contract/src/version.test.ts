import { expect, test } from 'vitest'
import { assertContractVersion, CONTRACT_VERSION } from './version.js'

test('a part of this version passes', () => {
  expect(() => assertContractVersion({ name: 'lookup', contractVersion: CONTRACT_VERSION })).not.toThrow()
})

test.each([0, 2, Number.NaN])('a part of version %d is refused', (contractVersion) => {
  expect(() => assertContractVersion({ name: 'lookup', contractVersion })).toThrow(
    expect.objectContaining({
      code: 'ERR_CONTRACT_VERSION',
      message: `lookup speaks contract version ${contractVersion}, this program speaks version ${CONTRACT_VERSION}`,
      details: { name: 'lookup', expected: CONTRACT_VERSION, got: contractVersion },
    }),
  )
})
