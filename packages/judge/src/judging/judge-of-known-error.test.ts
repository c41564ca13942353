import { describe, expect, it } from 'vitest'
import { candidate, judgeOf, prompt, scripted } from '../../test/judging/scripted-judge.js'
import { bootstrap } from '../agreement/bootstrap.js'
import { cohenKappa } from '../agreement/cohen-kappa.js'
import { measureJudge, type TwiceJudged } from '../agreement/judge-measurement.js'
import { randomSource } from '../agreement/random-source.js'

describe('a judge of known error and position bias', () => {
  it('is measured back within its interval', async () => {
    const [error, bias] = [0.12, 0.25]
    const random = randomSource(20)
    const { complete } = scripted((text) => {
      const rightFirst = text.indexOf('It is 4.') < text.indexOf('It is 5.')
      const sees = random() < error ? !rightFirst : rightFirst
      return `{"reason": "", "winner": "${random() < bias || sees ? 'A' : 'B'}"}`
    })
    const judge = judgeOf(complete)
    const wrong = { model: 'other', answer: { text: 'It is 5.' } }
    const pairs: TwiceJudged[] = []
    for (let pair = 0; pair < 400; pair++) {
      const truth = pair % 2 === 0 ? 'first' : 'second'
      const [first, second] = truth === 'first' ? [candidate, wrong] : [wrong, candidate]
      const { forward, backward } = await judge.compare(prompt, first, second)
      pairs.push({ forward, backward, truth })
    }
    const measured = measureJudge(pairs, { resamples: 1_000 })
    expect(measured.error.low).toBeLessThan(error)
    expect(measured.error.high).toBeGreaterThan(error)
    expect(measured.positionBias.low).toBeLessThan(bias)
    expect(measured.positionBias.high).toBeGreaterThan(bias)
    // Neither interval is so wide that it says nothing.
    expect(measured.error.high - measured.error.low).toBeLessThan(0.15)
    expect(measured.positionBias.low).toBeGreaterThan(0.1)
  })

  it('has the agreement with the right scores that its error makes', async () => {
    const random = randomSource(4)
    const { complete } = scripted((text) => {
      const right = Number(/worth (\d)/.exec(text)?.[1])
      return `{"reason": "", "score": ${random() < 0.2 ? (right + 1) % 4 : right}}`
    })
    const judge = judgeOf(complete)
    const rows: (readonly [number, number])[] = []
    for (let item = 0; item < 300; item++) {
      const { score } = await judge.score(prompt, { model: 'small', answer: { text: `worth ${item % 4}` } })
      rows.push([item % 4, score])
    }
    const kappa = bootstrap(
      rows,
      (sample) =>
        cohenKappa(
          sample.map(([right]) => right),
          sample.map(([, score]) => score),
          { categories: [0, 1, 2, 3] },
        ),
      { resamples: 300 },
    )
    // A fifth is wrong and chance agrees in a quarter: 1 − 0.2 / 0.75.
    expect(kappa.low).toBeLessThan(1 - 0.2 / 0.75)
    expect(kappa.high).toBeGreaterThan(1 - 0.2 / 0.75)
    expect(kappa.low).toBeGreaterThan(0.6)
  })
})
