import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isDeeperThan } from './json-depth.js'

/** Finds the depth with the parser. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}

const sameAsParsed = (isDeeper: typeof isDeeperThan) =>
  fc.assert(
    fc.property(fc.json({ maxDepth: 6, noUnicodeString: false }), fc.nat(8), (json, limit) => {
      expect(isDeeper(json, limit)).toBe(depthOf(JSON.parse(json)) > limit)
    }),
    {
      examples: [
        ['"]}[[[["', 1],
        ['["\\"[[",[1]]', 1],
        ['{"[[":[[]]}', 2],
      ],
    },
  )

test('the depth is the one that a parser finds', () => {
  sameAsParsed(isDeeperThan)
})

test('the law notices brackets of strings', () => {
  const offender = (json: string, limit: number) => isDeeperThan(json.replaceAll('"', ''), limit)
  expect(() => sameAsParsed(offender)).toThrow()
})

test('a bomb is found before it is parsed', () => {
  expect(isDeeperThan('['.repeat(10_000_000), 100)).toBe(true)
  expect(isDeeperThan(`"${'['.repeat(1_000_000)}`, 100)).toBe(false)
})
