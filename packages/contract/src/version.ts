import { SpeculationError } from './errors.js'

/** Version of this contract; a loop refuses a part built for another one. */
export const CONTRACT_VERSION = 1

/** Throws `ERR_CONTRACT_VERSION` unless `part` was built for this version of the contract. */
export function assertContractVersion(part: { readonly name: string; readonly contractVersion: number }): void {
  if (part.contractVersion === CONTRACT_VERSION) return
  throw new SpeculationError(
    'ERR_CONTRACT_VERSION',
    `${part.name} speaks contract version ${part.contractVersion}, this program speaks version ${CONTRACT_VERSION}`,
    { details: { name: part.name, expected: CONTRACT_VERSION, got: part.contractVersion } },
  )
}
