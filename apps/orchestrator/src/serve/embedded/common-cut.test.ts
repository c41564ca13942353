import { costCurve } from '@foretoken/adaptive-k'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { commonCut } from './common-cut.js'

const widths = [1, 2, 4, 8, 16, 32, 64, 128, 256]
/** Weights are read once, however many tokens there are. */
const readingCurve = costCurve(widths.map((width) => ({ width, seconds: 100 + width / 10 })))
/** Every token takes as long. */
const computingCurve = costCurve(widths.map((width) => ({ width, seconds: 1 + width })))

test('texts that share batches draft where a token more costs little, and not where it costs as much', () => {
  const sure = new Float32Array(16).fill(0.9)
  expect(commonCut(sure, 16, { texts: 16, curve: readingCurve })).toBeGreaterThan(8)
  expect(commonCut(sure, 16, { texts: 16, curve: computingCurve })).toBe(0)
  expect(commonCut(undefined, 16, { texts: 64, curve: computingCurve })).toBe(0)
})

test('no other common length would bring more', () => {
  const probabilities = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 16 })
  const curves = fc.constantFrom(readingCurve, computingCurve)
  fc.assert(
    fc.property(probabilities, fc.integer({ min: 1, max: 16 }), curves, (list, texts, curve) => {
      const expected = (tokens: number): number =>
        list
          .slice(0, tokens)
          .reduce(({ sum, product }, one) => ({ sum: sum + product * one, product: product * one }), {
            sum: 1,
            product: 1,
          }).sum
      const goodput = (tokens: number): number => expected(tokens) / curve.seconds(texts * (1 + tokens))
      const cut = commonCut(Float64Array.from(list) as unknown as Float32Array, list.length, { texts, curve })
      if (cut > 0) expect(goodput(cut)).toBeGreaterThan(1.099 * goodput(0))
      for (let other = 1; other <= list.length; other++)
        expect(goodput(other)).toBeLessThanOrEqual(Math.max(goodput(cut), 1.1 * goodput(0)) * (1 + 1e-9))
    }),
  )
})
