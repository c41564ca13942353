import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { AcceptanceLearner, CopySession, SourceCounts, TokenIndex } from '@foretoken/token-index'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Trace } from '../replay/trace-file.js'
import { type LearnWeightsOptions, learnWeights } from './learn-weights.js'
import { learnedModule, type WarmDrafter, warmDrafters, weightsPath } from './weights-command.js'
import { weightsModule } from './weights-module.js'

const packages = fileURLToPath(new URL('../../../../packages', import.meta.url))
const options: LearnWeightsOptions = { remembers: false, hashBits: 12 }

describe('the warm weights', () => {
  it.each(Object.keys(warmDrafters) as WarmDrafter[])(
    'of drafter-%s are those that the traces of the fixtures teach, bit by bit',
    async (drafter) => {
      expect(await learnedModule(drafter)).toBe(await readFile(weightsPath(packages, drafter), 'utf8'))
    },
  )
})

describe('learnWeights', () => {
  // Text that says every third token anew, and text that says everything again.
  const [loose, tight] = [
    task('loose', (place) => (place % 3 === 0 ? place : place % 11)),
    task('tight', (place) => place % 11),
  ]

  it('trusts copies more where they come true', () => {
    const [distrusting, trusting] = [learnWeights([loose], options), learnWeights([tight], options)]
    expect(chance(trusting)).toBeGreaterThan(chance(distrusting) + 0.05)
  })

  it('counts every task the same', () => {
    const twice: Trace = { ...tight, requests: [...tight.requests, ...tight.requests] }
    const both = learnWeights([loose, twice], options)
    const [one, other] = [learnWeights([loose], options), learnWeights([twice], options)]
    for (const [index, weight] of both.entries())
      expect(Math.abs(weight - ((one[index] as number) + (other[index] as number)) / 2)).toBeLessThan(0.0011)
  })

  it('learns from earlier requests only where the drafter remembers them', () => {
    // What the second request repeats is not in itself.
    const [first, second] = [0, 1].map((half) => Int32Array.from({ length: 60 }, (_, place) => place + 50 * half))
    const said = [first, second, first, second].map((text) => ({
      id: 'said',
      prompt: (text as Int32Array).slice(0, 10),
      output: (text as Int32Array).slice(10),
    }))
    const trace = { file: 'repeated', requests: said }
    const start = new AcceptanceLearner().exportWeights()
    expect(distance(learnWeights([trace], options), start)).toBe(0)
    expect(distance(learnWeights([trace], { ...options, remembers: true }), start)).toBeGreaterThan(0.05)
  })

  it('gives weights that a learner starts with', () => {
    const weights = learnWeights([loose, tight], options)
    expect(new AcceptanceLearner({ weights }).exportWeights()).toEqual(weights)
  })
})

describe('weightsModule', () => {
  it('keeps every bit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.float32Array({ noNaN: true, noDefaultInfinity: true }), async (weights) => {
        const [, list = ''] = /\[([^\]]*)\]/.exec(weightsModule(weights).replaceAll('\n', '')) ?? []
        const read = list
          .split(',')
          .map((text) => text.trim())
          .filter((text) => text !== '')
        expect(Float32Array.from(read, Number)).toEqual(weights.map((weight) => weight + 0))
      }),
    )
  })

  it('has lines that fit', () => {
    const text = weightsModule(Float32Array.from({ length: 300 }, (_, index) => (index - 150) / 7))
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120)
  })
})

/** The largest difference between two weights, beyond their rounding. */
function distance(weights: Float32Array, others: Float32Array): number {
  const most = Math.max(...weights.map((weight, index) => Math.abs(weight - (others[index] as number))))
  return most < 0.001 ? 0 : most
}

function task(file: string, tokenAt: (place: number) => number): Trace {
  const text = Int32Array.from({ length: 300 }, (_, place) => tokenAt(place))
  const request = { id: file, prompt: text.slice(0, 30), output: text.slice(30) }
  return { file, requests: [request] }
}

/** How probable it seems, with these weights to start with, that what followed two tokens follows them again. */
function chance(weights: Float32Array): number {
  const sequence = new TokenIndex(0).open(Int32Array.of(1, 2, 3, 4, 1, 2))
  const learner = new AcceptanceLearner({ weights })
  const session = new CopySession({ name: 'test', sequence, learner, counts: new SourceCounts() })
  return session.draft({ maxTokens: 1 }).probabilities?.[0] ?? 0
}
