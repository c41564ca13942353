import { costCurve, type GoodputPolicy } from '@foretoken/adaptive-k'
import { lookupDrafter } from '@foretoken/drafter-lookup'
import { describe, expect, test } from 'vitest'
import { colourOf, drafterNames, draftingOf } from './drafting.js'

test('none is plain decoding', () => {
  expect(draftingOf({ drafter: 'none' })).toBeUndefined()
})

test('every known name makes a drafter of that name, with a colour', () => {
  const names = drafterNames.filter((name) => !['none', 'auto', 'model'].includes(name))
  expect(names.length).toBeGreaterThan(0)
  for (const name of names) {
    using parts = draftingOf({ drafter: name })?.create({})
    expect(parts?.drafter.name).toBe(name)
    expect(colourOf(name)).toBeDefined()
  }
})

test.each(['lokup', '', 'constructor', 'lookup+', 'lookup+none'])('"%s" is refused with the known names', (name) => {
  expect(() => draftingOf({ drafter: name })).toThrow('known are auto, lookup, suffix, model, none')
})

test('a drafter stands in a chain once', () => {
  expect(() => draftingOf({ drafter: 'lookup+lookup' })).toThrow('names "lookup" twice')
})

test('auto asks them all', () => {
  using parts = draftingOf({})?.create({})
  expect(parts?.drafter.name).toBe('arbiter')
  expect(parts?.drafter.learnsAcrossSessions).toBe(true)
  expect(() => draftingOf({ drafter: 'auto+lookup' })).toThrow('"auto" stands alone')
})

test('k fixes the length; without it the policy decides, by default by goodput', () => {
  const state = { depth: 0, batchWidth: 0 }
  expect(draftingOf({ k: 5 })?.create({}).policy.open().limits(state).maxTokens).toBe(5)
  expect(draftingOf({})?.create({}).policy.name).toBe('goodput')
  expect(draftingOf({ policy: 'windowed' })?.create({}).policy.name).toBe('windowed')
})

describe('a draft model', () => {
  const model = lookupDrafter()
  const draft = 'draft.gguf'

  test('is lent: the end of a text is not its end', () => {
    let ended = 0
    const watched = { ...model, name: 'model', [Symbol.dispose]: () => void ended++ }
    const drafting = draftingOf({ drafter: 'model', draft })
    const parts = drafting?.create({ model: watched })
    expect([drafting?.usesModel, drafting?.weighsModel, parts?.drafter.name]).toEqual([true, false, 'model'])
    expect(parts?.draftTimeoutMs).toBeGreaterThan(50)
    parts?.[Symbol.dispose]()
    expect(ended).toBe(0)
  })

  test('is one of several in a chain and with auto, which weighs it by its cost', () => {
    const sources = { model, costs: costCurve([{ width: 1, seconds: 1 }], { draftSeconds: { model: 0.1 } }) }
    expect(draftingOf({ drafter: 'lookup+model', draft })?.create(sources).drafter.name).toBe('first-of')
    const auto = draftingOf({ draft })
    expect([auto?.weighsModel, auto?.create(sources).drafter.name]).toEqual([true, 'arbiter'])
    const { policy } = auto?.create(sources) ?? {}
    expect((policy as GoodputPolicy).costCurve.isCostly('model')).toBe(true)
  })

  test.each([
    [{ drafter: 'model' }, 'name its file with --draft'],
    [{ drafter: 'lookup+model' }, 'name its file with --draft'],
    [{ drafter: 'lookup', draft }, 'add --drafter auto or model'],
    [{ drafter: 'none', draft }, 'add --drafter auto or model'],
    [{ draftTemp: 0.5 }, 'name one with --draft'],
  ])('%j is refused', (options, words) => {
    expect(() => draftingOf(options)).toThrow(words)
  })
})

test('the target and unknown drafters have no colour', () => {
  expect(colourOf('')).toBeUndefined()
  expect(colourOf('constructor')).toBeUndefined()
})
