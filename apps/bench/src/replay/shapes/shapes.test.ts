import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { betaCost } from '../step-cost.js'
import type { TraceRequest } from '../trace-request.js'
import { Alternatives } from './alternatives.js'
import { compareShapes } from './compare-shapes.js'
import { followed, growDraft } from './grow-draft.js'
import { playShape } from './play-shape.js'
import { shapeText } from './shape-table.js'
import { TextIndex } from './text-index.js'

const letters = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 80 })

/** Whether the text ends with the `length` tokens that end at `end`, and not with one more. */
function endsLike(text: readonly number[], end: number, length: number): boolean {
  const equal = Array.from({ length: 32 }, (_, back) => end - back >= 0 && text[end - back] === text.at(-1 - back))
  const first = equal.indexOf(false)
  return (first < 0 ? 32 : first) === length
}

describe('TextIndex', () => {
  it('finds places that end like the text, as long as they say, and the longest there is', () =>
    fc.assert(
      fc.property(letters, (text) => {
        const index = new TextIndex()
        index.append(Int32Array.from(text))
        const matches = index.matches(12)
        for (const { next, length } of matches) {
          expect(endsLike(text, next - 1, length)).toBe(true)
          expect(index.at(next)).toBe(text[next])
        }
        const isKnown = text.slice(0, -1).includes(text.at(-1) as number)
        expect(matches.length > 0).toBe(isKnown)
      }),
    ))

  it('does not read across the border of two texts', () => {
    const index = new TextIndex()
    index.append(Int32Array.of(1, 2, 3))
    index.separate()
    index.append(Int32Array.of(9, 1, 2))
    expect(index.matches(12)).toEqual([{ next: 2, length: 2 }])
    index.append(Int32Array.of(3))
    expect(index.matches(12).map(({ next }) => index.at(next))).toEqual([-1])
  })
})

describe('growDraft', () => {
  /** After 1 2 came 3 four times, and 4 twice. */
  const index = new TextIndex()
  for (const next of [3, 4, 3, 4, 3, 3]) {
    index.separate()
    index.append(Int32Array.of(1, 2, next, 10 + next, 20 + next))
  }
  index.separate()
  index.append(Int32Array.of(1, 2))
  const alternatives = new Alternatives(index)
  const grown = (shape: 'path' | 'tree', most: number) =>
    growDraft(alternatives, index.matches(12), shape, (_, tokens) => tokens < most)

  it('gives a path the likeliest token at each place', () => {
    const path = grown('path', 3)
    expect(path.tokens).toBe(3)
    expect(followed(path, Int32Array.of(3, 13, 23, 1)).accepted).toBe(3)
    expect(followed(path, Int32Array.of(4, 14)).accepted).toBe(0)
  })

  it('gives a tree the others as well', () => {
    const tree = grown('tree', 6)
    expect(tree.tokens).toBe(6)
    expect(followed(tree, Int32Array.of(3, 13)).accepted).toBe(2)
    expect(followed(tree, Int32Array.of(4, 99)).accepted).toBe(1)
  })

  it('is sure of no more than there is', () =>
    fc.assert(
      fc.property(letters, (text) => {
        const any = new TextIndex()
        any.append(Int32Array.from(text))
        const sum = new Alternatives(any).after(any.matches(12)).reduce((so, { probability }) => so + probability, 0)
        expect(sum).toBeLessThanOrEqual(1 + 1e-9)
      }),
    ))
})

describe('shapes', () => {
  const requests = Array.from({ length: 6 }, (_, id): TraceRequest => {
    const tokens = (length: number): Int32Array => Int32Array.from({ length }, (__, at) => (at * (at + id)) % 7)
    return { id: `r${id}`, prompt: tokens(40), output: tokens(60) }
  })

  it('write the recorded text whatever is drafted; an equal tree verifies no more than the path in any step', () => {
    for (const shape of ['path', 'equal-tree', 'tree'] as const) {
      const { steps, outputTokens, draftedTokens } = playShape(requests, shape, (_, tokens) => tokens < 5)
      expect(outputTokens).toBe(360)
      expect(steps).toBeLessThan(360)
      expect(draftedTokens).toBeLessThanOrEqual(5 * steps)
    }
    expect(playShape(requests, 'tree', () => false)).toEqual({ steps: 360, outputTokens: 360, draftedTokens: 0 })
  })

  it('are told for each file, and together', async () => {
    const traces = [
      { file: 'one', requests },
      { file: 'other', requests: requests.slice(1, 3) },
    ]
    const report = await compareShapes(traces, [betaCost(0.1)], () => {}, new AbortController().signal)
    expect(report.files).toHaveLength(6)
    for (const { outputTokens, steps, draftedTokens, speedup } of report.files)
      expect(speedup).toBeCloseTo(outputTokens / (steps + 0.1 * draftedTokens), 9)
    const [one, other] = report.files.map(({ speedup }) => speedup) as [number, number]
    expect(report.pooled.map(({ shape }) => shape)).toEqual(['path', 'equal-tree', 'tree'])
    expect(report.pooled[0]?.speedup).toBeCloseTo(Math.sqrt(one * other), 9)
    expect(shapeText(report)).toMatch(/0\.1 │ path +│ +\d+ │/)
  })

  it('stop when the caller cancels', async () => {
    const traces = [{ file: 'one', requests }]
    await expect(compareShapes(traces, [betaCost(0.1)], () => {}, AbortSignal.abort())).rejects.toMatchObject({
      code: 'ERR_ABORTED',
    })
  })
})
