import { expect } from 'vitest'
import { CONTRACT_VERSION } from '../version.js'

/** The part speaks this version of the contract, and its name, if it has one, is kebab-case. */
export function expectIdentity(part: { readonly contractVersion: number; readonly name?: string }): void {
  expect(part.contractVersion).toBe(CONTRACT_VERSION)
  if (part.name !== undefined) expect(part.name).toMatch(kebabCase)
}

/** Names that metrics can use as they are. */
export const kebabCase: RegExp = /^[a-z0-9]+(-[a-z0-9]+)*$/
