import { costCurve, type GoodputPolicy } from '@foretoken/adaptive-k'
import { lookupDrafter } from '@foretoken/drafter-lookup'
import { suffixDrafter } from '@foretoken/drafter-suffix'
import { describe, expect, test } from 'vitest'
import { colourOf, type DraftingOptions, drafterNames, draftingOf } from './drafting.js'

test('none is plain decoding', () => {
  expect(draftingOf({ drafter: 'none' })).toBeUndefined()
})

test('every known name makes a drafter of that name, with a colour', async () => {
  const names = drafterNames.filter((name) => !['none', 'auto', 'model'].includes(name))
  expect(names.length).toBeGreaterThan(0)
  for (const name of names) {
    using parts = await draftingOf({ drafter: name })?.create({})
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

test('auto asks suffix, and weighs it against a draft model where there is one', async () => {
  using parts = await draftingOf({})?.create({})
  expect(parts?.drafter.name).toBe('suffix')
  using both = await draftingOf({ draft: 'm.gguf' })?.create({ model: lookupDrafter() })
  expect(both?.drafter.name).toBe('arbiter')
  expect(both?.drafter.learnsAcrossSessions).toBe(true)
  expect(() => draftingOf({ drafter: 'auto+lookup' })).toThrow('"auto" stands alone')
})

test('k fixes the length; without it the policy decides, by default by goodput', async () => {
  const state = { depth: 0, batchWidth: 0 }
  const policyOf = async (options: DraftingOptions) => (await draftingOf(options)?.create({}))?.policy
  expect((await policyOf({ k: 5 }))?.open().limits(state).maxTokens).toBe(5)
  expect((await policyOf({}))?.name).toBe('goodput')
  expect((await policyOf({ policy: 'windowed' }))?.name).toBe('windowed')
})

test('a memory needs somebody who remembers', async () => {
  for (const drafter of ['none', 'lookup'])
    expect(() => draftingOf({ drafter, memory: 'm.ftmem' })).toThrow('add --drafter auto or suffix')
  const remembering = suffixDrafter()
  const memory = { open: async () => remembering, save: () => Promise.reject(new Error('not here')) }
  using parts = await draftingOf({ drafter: 'suffix', memory: 'm.ftmem' })?.create({ memory })
  expect(parts?.drafter).toBe(remembering)
})

describe('a draft model', () => {
  const model = lookupDrafter()
  const draft = 'draft.gguf'

  test('is lent: the end of a text is not its end', async () => {
    let ended = 0
    const watched = { ...model, name: 'model', [Symbol.dispose]: () => void ended++ }
    const drafting = draftingOf({ drafter: 'model', draft })
    const parts = await drafting?.create({ model: watched })
    expect([drafting?.usesModel, drafting?.weighsModel, parts?.drafter.name]).toEqual([true, false, 'model'])
    expect(parts?.draftTimeoutMs).toBeGreaterThan(50)
    parts?.[Symbol.dispose]()
    expect(ended).toBe(0)
  })

  test('is one of several in a chain and with auto, which weighs it by its cost', async () => {
    const sources = { model, costs: costCurve([{ width: 1, seconds: 1 }], { draftSeconds: { model: 0.1 } }) }
    const chain = await draftingOf({ drafter: 'lookup+model', draft })?.create(sources)
    expect(chain?.drafter.name).toBe('first-of')
    const auto = draftingOf({ draft })
    const { drafter, policy } = (await auto?.create(sources)) ?? {}
    expect([auto?.weighsModel, drafter?.name]).toEqual([true, 'arbiter'])
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
