import type { NativeModel, NativeSampler, NativeSampling } from '@foretoken/native'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noiseOracle } from './noise-oracle.js'
import { randomRow, samplingModel } from './sampling-model.js'

let model: NativeModel
beforeAll(async () => {
  model = await samplingModel()
})
afterAll(async () => await model.dispose())

const withState: Readonly<Record<string, NativeSampling>> = {
  penalties: { penaltyRepeat: 1.3 },
  'penalties with temperature': { temperature: 0.8, penaltyRepeat: 1.3, penaltyFrequency: 0.4, penaltyLastTokens: 5 },
  DRY: { dryMultiplier: 2, dryBreakers: [] },
  'all of it': { temperature: 1, topK: 40, penaltyRepeat: 1.3, dryMultiplier: 1, dryBreakers: [], xtcProbability: 0.5 },
}

/** Rows whose likely tokens are the same few, so that a text repeats itself unless it is penalised. */
function similarRows(seed: number, count: number): readonly Float32Array[] {
  return Array.from({ length: count }, (_, index) => {
    const row = randomRow(model.vocabularySize, seed * 100 + index, 0)
    for (let token = 10; token < 16; token++) row[token] = 10 + ((token * 7 + seed) % 6) / 3 + (row[token] ?? 0) / 10
    return row
  })
}

/** Chooses at each row in turn, as a verify does; `accepts` says what the sampler hears between the rows. */
function verified(
  sampler: NativeSampler,
  rows: readonly Float32Array[],
  start: number,
  accepts: (sampler: NativeSampler, token: number) => void = (one, token) => one.accept(token),
): readonly number[] {
  return rows.map((row, index) => {
    const { token } = sampler.choose(row, start + index)
    accepts(sampler, token)
    return token
  })
}

/** The same text, where each token is chosen by a new sampler that was given all before it as the prompt. */
function chosenOneByOne(
  sampling: NativeSampling,
  prompt: readonly number[],
  rows: readonly Float32Array[],
): readonly number[] {
  const text = [...prompt]
  for (const row of rows) {
    const sampler = model.createSampler(sampling)
    sampler.acceptPrompt(Int32Array.from(text))
    text.push(sampler.choose(row, text.length).token)
  }
  return text.slice(prompt.length)
}

const prompts = fc.array(fc.integer({ min: 10, max: 16 }), { maxLength: 12 })

describe('the state of a text', () => {
  it.each(Object.keys(withState))('counts every token before the next one: %s', (name) => {
    const law = fc.property(fc.nat(1e4), prompts, (seed, prompt) => {
      const sampling = { ...withState[name], seedLow: seed }
      const rows = similarRows(seed, 8)
      const sampler = model.createSampler(sampling)
      sampler.acceptPrompt(Int32Array.from(prompt))
      expect(verified(sampler, rows, prompt.length)).toEqual(chosenOneByOne(sampling, prompt, rows))
    })
    fc.assert(law, { numRuns: 40 })
  })

  it('notices a penalty that counts once a batch', () => {
    const rows = similarRows(3, 8)
    const oncePerBatch = model.createSampler({ penaltyRepeat: 1.3 })
    const wrong = verified(oncePerBatch, rows, 0, () => {})
    expect(wrong).not.toEqual(chosenOneByOne({ penaltyRepeat: 1.3 }, [], rows))
  })

  it('makes penalties of 1.3 matter', () => {
    const row = similarRows(1, 1)[0] ?? new Float32Array()
    const sampler = model.createSampler({ penaltyRepeat: 1.3 })
    const first = sampler.choose(row, 0)
    sampler.accept(first.token)
    const second = sampler.choose(row, 1)
    expect(second.token).not.toBe(first.token)
    expect(verified(model.createSampler({ penaltyRepeat: 1 }), [row, row, row], 0)).toEqual(
      new Array(3).fill(first.token),
    )
  })

  it('stops a repetition by DRY, and lets it be within what is allowed or behind a breaker', () => {
    const row = new Float32Array(model.vocabularySize).fill(-20)
    row[20] = 5
    row[21] = 4
    const next = (sampling: NativeSampling, text: readonly number[]) => {
      const sampler = model.createSampler({ dryMultiplier: 2, dryAllowedTokens: 2, ...sampling })
      sampler.acceptPrompt(Int32Array.from(text))
      return sampler.choose(row, text.length).token
    }
    expect(next({ dryBreakers: [] }, [30, 31, 32, 20, 40, 30, 31, 32])).toBe(21)
    expect(next({ dryBreakers: [] }, [30, 31, 32, 20, 40, 30, 31, 33])).toBe(20)
    const colon = tokenOf(':')
    const broken = [30, 31, 32, colon, 20, 40, 30, 31, 32, colon]
    expect(next({ dryBreakers: [] }, broken)).toBe(21)
    expect(next({}, broken)).toBe(20)
  })

  it.each(Object.keys(withState))('is not changed by choosing: %s', (name) => {
    const sampling = { ...withState[name], seedLow: 2 }
    const rows = similarRows(5, 6)
    const asked = model.createSampler(sampling)
    const chosen = verified(asked, rows, 0, (sampler, token) => {
      for (const row of rows) sampler.choose(row, 1_000)
      sampler.accept(token)
    })
    expect(chosen).toEqual(verified(model.createSampler(sampling), rows, 0))
  })

  it.each([...Object.keys(withState), 'a grammar'])('is copied whole and apart: %s', (name) => {
    const sampling = name === 'a grammar' ? { grammar: 'root ::= [a-f]{20}' } : { ...withState[name], seedLow: 2 }
    const [head, tail] = [similarRows(6, 5), similarRows(7, 5)]
    const [original, untouched] = [model.createSampler(sampling), model.createSampler(sampling)]
    for (const sampler of [original, untouched]) verified(sampler, head, 0)
    const copy = original.clone()
    // What the original goes on with is no business of the copy's, and the other way round.
    verified(original, similarRows(8, 5), 5)
    const fromCopy = verified(copy, tail, 5)
    expect(fromCopy).toEqual(verified(untouched, tail, 5))
  })
})

describe('XTC', () => {
  const sampling = { temperature: 0.5, xtcProbability: 0.4, xtcThreshold: 0.1, seedLow: 9 }
  /** Whether the two likely tokens above the last one were dropped. */
  const isCut = (sampler: NativeSampler, position: number) => {
    const row = new Float32Array(model.vocabularySize).fill(-50)
    row.set([6, 5.8, 5.6], 100)
    return sampler.choose(row, position).probability === 1
  }

  it('throws its coin by seed and place, in whatever order it is asked', () => {
    const places = Array.from({ length: 400 }, (_, position) => position)
    const sampler = model.createSampler(sampling)
    const forwards = places.map((position) => isCut(sampler, position))
    const backwards = places.toReversed().map((position) => isCut(sampler, position))
    expect(backwards.toReversed()).toEqual(forwards)
    expect(forwards).toEqual(places.map((position) => noiseOracle(9, position).uniform() <= 0.4))
    expect(forwards.filter(Boolean).length / places.length).toBeCloseTo(0.4, 1)
  })
})

/** A token that begins as the text does, found by asking a grammar. */
function tokenOf(text: string): number {
  const row = new Float32Array(model.vocabularySize)
  return model.createSampler({ grammar: `root ::= ${JSON.stringify(text)}` }).choose(row, 0).token
}
