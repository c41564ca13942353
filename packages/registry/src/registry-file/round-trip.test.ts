import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arbitraryRegistry } from '../../test/arbitrary-registry.js'
import { formatRegistry } from './format-registry.js'
import { parseRegistry } from './parse-registry.js'
import type { Registry } from './registry.js'

/** Whether what is written is what is read. */
function roundTrips(format: (registry: Registry) => string, registry: Registry): boolean {
  try {
    expect(parseRegistry(format(registry))).toEqual(registry)
    return true
  } catch {
    return false
  }
}

describe('a registry that is written and read again', () => {
  test('is the same', () => {
    fc.assert(
      fc.property(arbitraryRegistry, (registry) => roundTrips(formatRegistry, registry)),
      { numRuns: 30 },
    )
  })

  test('and is written the same again', () => {
    const again = (registry: Registry): boolean => {
      const text = formatRegistry(registry)
      return formatRegistry(parseRegistry(text)) === formatRegistry(parseRegistry(formatRegistry(parseRegistry(text))))
    }
    fc.assert(fc.property(arbitraryRegistry, again), { numRuns: 5 })
  })

  test.each<[string, (registry: Registry) => string]>([
    ['drops quotation marks', (registry) => formatRegistry(registry).replaceAll('"', '')],
    ['cuts lines at 120', (registry) => formatRegistry(registry).replace(/^(.{120}).*$/gm, '$1')],
    [
      'forgets what a role ran before',
      (registry) =>
        formatRegistry({
          ...registry,
          roles: registry.roles.map((role) => ({ ...role, assignments: role.assignments.slice(0, 1) })),
        }),
    ],
    ['forgets remarks', (registry) => formatRegistry({ ...registry, records: [] })],
  ])('a writer that %s is noticed', (_, format) => {
    const result = fc.check(
      fc.property(arbitraryRegistry, (registry) => roundTrips(format, registry)),
      {
        endOnFailure: true,
      },
    )
    expect(result.failed).toBe(true)
  })
})
