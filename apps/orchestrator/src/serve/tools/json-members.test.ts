import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonMembers } from './json-members.js'

const value = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue()))

test('members of any JSON are what JSON.parse finds, as they are written', () => {
  fc.assert(
    fc.property(value, fc.constantFrom('', ' ', '\n\t'), (json, indent) => {
      const text = `${indent}${JSON.stringify(json, undefined, indent)}`
      const members = jsonMembers(text)
      expect(Object.fromEntries(Array.from(members, ([name, member]) => [name, JSON.parse(member)]))).toEqual(
        JSON.parse(JSON.stringify({ ...json })),
      )
      for (const member of members.values()) expect(text).toContain(member)
    }),
  )
})

test('numbers keep their digits', () => {
  expect(jsonMembers('{"a": 12345678901234567890, "a": 1e999}')).toEqual(new Map([['a', '1e999']]))
  expect(jsonMembers('[12345678901234567890]')).toEqual(new Map([['0', '12345678901234567890']]))
})
